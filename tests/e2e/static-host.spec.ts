// The built site on a host that sends no headers of its own: the page still becomes cross-origin isolated, and WASM gets its threads.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "@playwright/test";
import { expectEngine } from "../support/studio.ts";

const dist = fileURLToPath(new URL("../../dist/", import.meta.url));
const types: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
  ".json": "application/json",
  ".svg": "image/svg+xml",
};

test("a plain static host is enough", async ({ page, baseURL }) => {
  const served = await page.request.get(baseURL ?? "");
  expect(served.headers()["cross-origin-opener-policy"]).toBe("same-origin");
  expect(served.headers()["cross-origin-embedder-policy"]).toBe("require-corp");

  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? "/", "http://host").pathname);
    const file = join(dist, path.endsWith("/") ? `${path}index.html` : path);
    readFile(file).then(
      (body) => response.setHeader("Content-Type", types[extname(file)] ?? "application/octet-stream").end(body),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/?engine=wasm`);
    await expectEngine(page, "wasm");
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    await expect(page.getByRole("region", { name: "Model and engine" })).not.toContainText("1 thread");
  } finally {
    server.close();
  }
});
