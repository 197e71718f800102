// The built site on a host that sends no headers of its own: the page still becomes cross-origin isolated, and WASM gets its threads.
// What it asks for until the first answer is a first load, and is weighed: every file of it once, and of the two builds of the engine the
// one that runs.
import { readFile } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { expect, test } from "@playwright/test";
import { ask, expectEngine, goTo } from "../support/studio.ts";

const dist = fileURLToPath(new URL("../../dist/", import.meta.url));
const types: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
  ".json": "application/json",
  ".svg": "image/svg+xml",
};

/** What a first load may take in code and engine, packed as hosts pack it; the model comes on top. */
const limitBytes = 9e6;
/** As the page and the model's card state it. */
const modelBytes = 12.6e6;

/** Bytes of a first load: code, styles and the engine packed, the model as it lies on the host. */
async function weigh(paths: ReadonlySet<string>): Promise<{ readonly code: number; readonly model: number }> {
  const sum = { code: 0, model: 0 };
  for (const path of paths) {
    const bytes = await readFile(path);
    if (path.includes("/model/")) sum.model += bytes.length;
    else sum.code += gzipSync(bytes).length;
  }
  return sum;
}

test("a plain static host is enough, and a first load is small", async ({ page, baseURL }) => {
  const served = await page.request.get(baseURL ?? "");
  expect(served.headers()["cross-origin-opener-policy"]).toBe("same-origin");
  expect(served.headers()["cross-origin-embedder-policy"]).toBe("require-corp");

  const sent = new Set<string>();
  const hosts = new Set<string>();
  page.context().on("request", (request) => hosts.add(new URL(request.url()).hostname));
  /** How often code was sent since the page was opened last. */
  const times = new Map<string, number>();
  let releaseTokenizer: () => void = () => undefined;
  const tokenizerMayCome = new Promise<void>((resolve) => (releaseTokenizer = resolve));
  const answer = async (path: string, response: ServerResponse): Promise<void> => {
    const file = join(dist, path.endsWith("/") ? `${path}index.html` : path);
    const body = await readFile(file).catch(() => null);
    if (body === null) return void response.writeHead(404).end();
    // The model's load reads it once, to know the tokenizer again; what opens it comes after the model.
    if (file.endsWith("/tokenizer.json") && sent.has(file)) await tokenizerMayCome;
    sent.add(file);
    if (file.endsWith("index.html")) times.clear();
    if (file.includes("/assets/")) times.set(basename(file), (times.get(basename(file)) ?? 0) + 1);
    response.setHeader("Content-Type", types[extname(file)] ?? "application/octet-stream").end(body);
  };
  const server = createServer((request, response) => {
    void answer(normalize(new URL(request.url ?? "/", "http://host").pathname), response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/?engine=wasm`);
    await expectEngine(page, "wasm");
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    await expect(page.getByRole("region", { name: "Model and engine" })).not.toContainText("1 thread");
    // The engine itself comes with the first thing that it computes.
    await goTo(page, "Chat");
    // A question that is typed before the tokenizer is there can't be sent yet, and the page says why.
    await page.getByRole("textbox", { name: "Message" }).fill("Too early");
    await expect(page.getByRole("button", { name: "Send", exact: true })).toBeDisabled();
    await expect(page.locator("#question-help")).toHaveText("The model’s tokenizer is not read yet.");
    releaseTokenizer();
    await ask(page, "Hello!", ["base"]);
    const { code, model } = await weigh(sent);
    console.log(`a first load takes ${(code / 1e6).toFixed(2)} MB of code and engine, packed, and ${(model / 1e6).toFixed(2)} MB of model`);
    // Threads start from what is there already.
    expect([...times].filter(([, count]) => count > 1)).toEqual([]);
    const runtimes = [...times.keys()].filter((file) => file.endsWith(".wasm"));
    expect(runtimes).toEqual([expect.stringMatching(/^ort-wasm-simd-threaded-[^.]+\.wasm$/)]);
    expect(code).toBeLessThanOrEqual(limitBytes);
    expect(model).toBeLessThanOrEqual(modelBytes);
  } finally {
    server.close();
  }
});
