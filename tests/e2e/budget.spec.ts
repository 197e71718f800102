// Before Train and before Load the page says what memory it takes; what does not fit comes with a way that does.
import { statSync } from "node:fs";
import { expect, test, type Page } from "@playwright/test";
import { fixtures, headless } from "../support/headless.ts";
import { dropFiles, goTo, openStudio } from "../support/studio.ts";
import { tinyConfig, tinyModelFiles } from "../support/tiny-model.ts";

async function dropModel(page: Page, config: object): Promise<void> {
  const files = tinyModelFiles({ "config.json": JSON.stringify(config) });
  await dropFiles(page, await Promise.all(files.map(async (file) => ({ name: file.name, bytes: Buffer.from(await file.arrayBuffer()) }))));
}

test("a run that does not fit proposes a change, and pressing it makes it fit", async ({ page }) => {
  await openStudio(page, "wasm");
  await dropModel(page, { ...tinyConfig, max_position_embeddings: 4096 });
  await expect(page.getByRole("region", { name: "Model and engine" })).toContainText("Model from files");
  await goTo(page, "Train");
  const memory = page.getByRole("region", { name: "Memory" });
  await expect(memory.getByRole("status")).toContainText("Fits: needs about");
  for (const part of ["Weights", "What is trained", "Optimizer", "Activations", "Chat"])
    await expect(memory.getByText(part, { exact: true })).toBeVisible();

  // The scores of 64 such sequences alone are 16 GiB; the heap ends at 4.
  await page.getByLabel("Batch size").fill("64");
  await page.getByLabel("Sequence length").fill("4096");
  await expect(memory.getByRole("status")).toContainText("Does not fit: needs about");
  const proposal = memory.getByRole("button", { name: /^Make it fit: batch size \d+ with \d+ accumulated$/ });
  await proposal.click();
  await expect(memory.getByRole("status")).toContainText("Fits: needs about");
  await expect(proposal).toBeHidden();
  const [batch, accumulated] = [
    Number(await page.getByLabel("Batch size").inputValue()),
    Number(await page.getByLabel("Gradient accumulation").inputValue()),
  ];
  expect(batch).toBeLessThan(64);
  expect(batch * accumulated).toBe(64);
});

test("a model that cannot fit is held back before its weights are read, and the one that was loaded stays", async ({ page }) => {
  await openStudio(page, "wasm");
  const huge = { hidden_size: 8192, intermediate_size: 28_672, num_attention_heads: 64, num_key_value_heads: 8, num_hidden_layers: 80 };
  await dropModel(page, { ...tinyConfig, ...huge, vocab_size: 128_256 });
  const held = page.getByRole("region", { name: "This model does not fit here" });
  await expect(held.getByRole("status")).toContainText("Does not fit: needs about");
  await held.getByRole("button", { name: "Check that the device grants it" }).click();
  await expect(held.getByText(/granted\./)).toBeVisible();
  await held.getByRole("button", { name: "Do not load" }).click();
  await expect(held).toBeHidden();
  await expect(page.getByRole("region", { name: "Model and engine" })).toContainText("Atelier base");
});

test("asking the device says what it granted and what that does not tell", async ({ page }) => {
  await openStudio(page, "wasm");
  await goTo(page, "Train");
  const memory = page.getByRole("region", { name: "Memory" });
  await memory.getByRole("button", { name: "Check that the device grants it" }).click();
  await expect(memory.getByText(/granted\. The browser reserved a heap of this size/)).toBeVisible();
});

test("headless info reads what a model is from its small parts, and bench prints estimate and truth side by side", () => {
  const model = `${fixtures}goldens/llama_tied`;
  const { json, status } = headless(
    "info",
    "--model",
    model,
    "--quant",
    "int8",
    "--seq",
    "128",
    "--batch-size",
    "2",
    "--rank",
    "4",
    "--targets",
    "q_proj,v_proj",
    "--ep",
    "wasm",
  );
  expect(status).toBe(0);
  expect(json).toMatchObject({
    family: "llama",
    bytes: { file: statSync(`${model}/model.safetensors`).size },
    budget: {
      quantization: "int8",
      run: { batchSize: 2, seqLength: 128, method: { kind: "lora", rank: 4, targets: ["q_proj", "v_proj"] } },
      fits: true,
      proposals: [],
    },
  });
  const { memory } = headless("bench", "--shape", model, "--seq", "64", "--ep", "wasm").json as { memory: Record<string, number> };
  expect(memory["ratio"]).toBe(Number(memory["estimatedBytes"]) / Number(memory["allocatedBytes"]));
  expect(Math.abs(Number(memory["ratio"]) - 1)).toBeLessThan(0.15);
});

test("headless info refuses what is no model, naming the file", () => {
  const { json, status } = headless("info", "--model", `${fixtures}data`);
  expect(status).toBe(1);
  expect(json["error"]).toMatchObject({ code: "model/file-missing", message: expect.stringContaining("config.json") });
});
