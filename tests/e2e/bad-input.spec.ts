// What goes wrong is said in words that name the file or the line, and nothing that was there is lost.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test, type Page } from "@playwright/test";
import { fixtures } from "../support/headless.ts";
import { ask, dropFiles, dropPaths, expectEngine, goTo, openStudio, train } from "../support/studio.ts";

const model = fileURLToPath(new URL("../../public/model/", import.meta.url));
const bundled = ["config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"].map((name) => ({
  name,
  bytes: readFileSync(model + name),
}));

async function expectError(page: Page, code: string, words: RegExp): Promise<void> {
  const alert = page.locator(`[role=alert][data-code="${code}"]`);
  await expect(alert).toContainText(words);
}

test("files that are no dataset", async ({ page }) => {
  await openStudio(page, "wasm");
  await dropPaths(page, `${fixtures}data/invented-facts.jsonl`);
  const kept = page.getByText("12 of 12 lines are valid").first();
  await expect(kept).toBeVisible();
  const drop = (name: string, bytes: string | Buffer) => dropFiles(page, [{ name, bytes: Buffer.from(bytes) }]);

  await drop("empty.jsonl", "");
  await expectError(page, "data/empty", /empty\.jsonl is empty/);
  await drop("picture.jsonl", Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0xff]));
  await expectError(page, "data/container", /picture\.jsonl is a file of the kind PNG/);
  await drop("words.jsonl", "hello\nworld\n");
  await expectError(page, "data/no-examples", /Line 1 is not JSON: hello/);
  await drop("keys.jsonl", '{"foo": 1}\n');
  await expectError(page, "data/no-examples", /Line 1 has the keys "foo"/);
  const large = await page.evaluateHandle(() => {
    const data = new DataTransfer();
    data.items.add(new File([new Blob(Array.from({ length: 200 }, () => new Uint8Array(1 << 20).fill(32)))], "large.jsonl"));
    return data;
  });
  await page.dispatchEvent("body", "drop", { dataTransfer: large });
  await expectError(page, "data/too-large", /large\.jsonl has 209\.7 MB; the limit is 100 MB/);
  await expect(kept).toBeVisible();
});

test("lines that cannot be used are named, and the others are", async ({ page }) => {
  await openStudio(page, "wasm");
  const good = '{"prompt": "Hi", "completion": "Hello."}';
  await dropFiles(page, [{ name: "mixed.jsonl", bytes: Buffer.from([good, "not json", "[1]", '{"prompt": "Hi"}', good].join("\n")) }]);
  await expect(page.getByText("2 of 5 lines are valid").first()).toBeVisible();
  for (const words of ["Line 2 is not JSON", "Line 3 is an array", 'Line 4 has the keys "prompt"'])
    await expect(page.getByText(words)).toBeVisible();
});

test("training refuses what is too long or teaches nothing, and says why", async ({ page }) => {
  await openStudio(page, "wasm");
  const example = (text: string) => JSON.stringify({ prompt: "Hi", completion: text });
  await dropFiles(page, [{ name: "long.jsonl", bytes: Buffer.from(example("word ".repeat(2000))) }]);
  await train(page, { Steps: "2" });
  await expectError(page, "data/nothing-to-learn", /Line 1 has [\d,]+ tokens/);
  await goTo(page, "Data");
  await dropFiles(page, [{ name: "silent.jsonl", bytes: Buffer.from('{"messages": [{"role": "user", "content": "Hi"}]}') }]);
  await expectError(page, "data/no-examples", /Line 1 has no assistant message/);
});

test("a model folder that lacks a file or has half of one leaves the loaded model as it is", async ({ page }) => {
  await openStudio(page, "wasm");
  await dropFiles(
    page,
    bundled.filter(({ name }) => name !== "tokenizer.json"),
  );
  await expectError(page, "model/file-missing", /tokenizer\.json/);
  await dropFiles(
    page,
    bundled.map(({ name, bytes }) => ({ name, bytes: name === "model.safetensors" ? bytes.subarray(0, bytes.length / 2) : bytes })),
  );
  await expectError(page, "model/file-truncated", /model\.safetensors is cut off/);
  await dropFiles(
    page,
    bundled.map(({ name, bytes }) => ({ name, bytes: name === "config.json" ? bytes.subarray(0, 100) : bytes })),
  );
  await expectError(page, "model/file-invalid", /config\.json is not valid JSON/);
  await expectEngine(page, "wasm");
  await goTo(page, "Chat");
  expect((await ask(page, "Hello!", ["base"]))["base"]).not.toBe("");
});

test("an engine that is not there is said, not replaced", async ({ page }) => {
  await page.addInitScript(() => Object.defineProperty(Navigator.prototype, "gpu", { get: () => undefined }));
  await page.route("**/engine.worker-*.js", async (route) => {
    const response = await route.fetch();
    const body = `Object.defineProperty(WorkerNavigator.prototype, "gpu", { get: () => undefined });\n${await response.text()}`;
    await route.fulfill({ response, body });
  });
  await page.goto("/?engine=webgpu");
  await expectError(page, "engine/no-webgpu", /WebGPU cannot be used: this browser has no WebGPU/);
  await expect(page.locator("html")).not.toHaveAttribute("data-engine", /./);
  await page.goto("/");
  await expectEngine(page, "wasm");
  await expect(page.getByRole("region", { name: "Model and engine" })).toContainText("this browser has no WebGPU");
});
