// The Train page offers the methods with what each takes; what model or memory rule out stays, with the reason and a way out.
import { expect, test, type Locator, type Page } from "@playwright/test";
import { expectAccessible } from "../support/accessible.ts";
import { fixtures } from "../support/headless.ts";
import { dropFiles, dropPaths, goTo, openStudio } from "../support/studio.ts";
import { tinyConfig, tinyModelFiles } from "../support/tiny-model.ts";

const method = (page: Page, name: string): Locator => page.getByRole("radio", { name });
const cardOf = (page: Page, name: string): Locator => page.locator(".method").filter({ has: method(page, name) });

async function openList(page: Page): Promise<void> {
  await goTo(page, "Train");
  await page.getByText("Other methods", { exact: true }).click();
  await expect(page.getByText("Counting memory …")).toHaveCount(0);
}

test("LoRA is recommended; the others stand by family with memory and time; what has nothing to train here says so", async ({ page }) => {
  await openStudio(page, "wasm");
  await goTo(page, "Train");
  await expect(method(page, "LoRA Recommended")).toBeChecked();
  await expect(method(page, "DoRA")).toBeHidden();
  await openList(page);
  for (const family of ["Reparametrised", "Additive", "Selective", "Whole model"])
    await expect(page.getByRole("region", { name: family })).toBeVisible();
  await expect(cardOf(page, "LoHa")).toContainText(/about [\d.]+ MB, fits, about 1\.\d × the time of LoRA/);
  await expect(method(page, "BitFit")).toHaveAttribute("aria-disabled", "true");
  await expect(method(page, "BitFit")).toHaveAccessibleDescription(/This llama model has no biases/);
  // The keyboard reaches it, and chooses nothing.
  await method(page, "Bottleneck adapters").focus();
  await page.keyboard.press("ArrowDown");
  await expect(method(page, "BitFit")).toBeFocused();
  await expect(method(page, "BitFit")).not.toBeChecked();
  await page.keyboard.press("ArrowDown");
  await expect(method(page, "Norms")).toBeChecked();
  await expect(page.getByText("Other methods: Norms is chosen")).toBeVisible();
  await cardOf(page, "BitFit").getByRole("button", { name: "Choose LoRA instead" }).click();
  await expect(method(page, "LoRA Recommended")).toBeChecked();
  await expectAccessible(page, "Methods");
  await page.setViewportSize({ width: 360, height: 800 });
  await page.emulateMedia({ colorScheme: "dark" });
  await expectAccessible(page, "Methods on a phone");
  await expect(page.getByRole("button", { name: "Train", exact: true })).toBeInViewport();
});

test("what needs floats loads the model again and is chosen; loaded as codes again, it says what is wrong", async ({ page }) => {
  await openStudio(page, "wasm");
  await openList(page);
  await expect(method(page, "Full fine-tuning")).toHaveAttribute("aria-disabled", "true");
  await expect(cardOf(page, "Full fine-tuning")).toContainText(/In float32: about [\d.]+ MB, fits/);
  await cardOf(page, "Full fine-tuning").getByRole("button", { name: "Load again in float32" }).click();
  await expect(method(page, "Full fine-tuning")).toBeChecked();
  await expect(method(page, "Full fine-tuning")).toHaveAttribute("aria-disabled", "false");
  await page.getByRole("button", { name: "Change model" }).click();
  await page.getByRole("combobox", { name: "Weights" }).selectOption("int8");
  await expect(cardOf(page, "Full fine-tuning")).toContainText("this model is held as int8");
  await dropPaths(page, `${fixtures}data/invented-facts.jsonl`);
  await goTo(page, "Train");
  await expect(page.getByText("Correct the marked fields first.")).toBeVisible();
  await expectAccessible(page, "A chosen method that is ruled out");
  const show = page.getByRole("button", { name: "Show what is wrong" });
  await page.getByRole("button", { name: "Train", exact: true }).scrollIntoViewIfNeeded();
  await show.click();
  await expect(cardOf(page, "Full fine-tuning").locator(".field-error")).toBeInViewport();
  await method(page, "Single tokens").check();
  await show.click();
  await expect(page.getByRole("textbox", { name: "Token ids" })).toBeInViewport();
  await expect(page.getByRole("textbox", { name: "Token ids" })).toBeFocused();
});

test("what is too large offers settings that fit", async ({ page }) => {
  await openStudio(page, "wasm");
  const files = tinyModelFiles({ "config.json": JSON.stringify({ ...tinyConfig, max_position_embeddings: 4096 }) });
  await dropFiles(page, await Promise.all(files.map(async (file) => ({ name: file.name, bytes: Buffer.from(await file.arrayBuffer()) }))));
  await expect(page.getByRole("region", { name: "Model and engine" })).toContainText("Model from files");
  await openList(page);
  await page.getByLabel("Batch size").fill("64");
  await page.getByLabel("Sequence length").fill("4096");
  await expect(method(page, "IA³")).toHaveAttribute("aria-disabled", "true");
  await expect(cardOf(page, "IA³")).toContainText("Does not fit: needs about");
  await cardOf(page, "IA³")
    .getByRole("button", { name: /^Choose it with batch size \d+ with \d+ accumulated$/ })
    .click();
  await expect(method(page, "IA³")).toBeChecked();
  await expect(page.getByRole("region", { name: "Memory" }).getByRole("status")).toContainText("Fits: needs about");
});

test("a start shows how far it is and can be cancelled; Train can be pressed again", async ({ page }) => {
  await openStudio(page, "wasm");
  await dropPaths(page, `${fixtures}data/invented-facts.jsonl`);
  await openList(page);
  await method(page, "PiSSA").check();
  const start = page.getByRole("button", { name: "Train", exact: true });
  await start.click();
  await expect(page.getByText("Starting the run …")).toBeVisible();
  await expect(page.getByRole("progressbar", { name: "Progress of the start" })).toBeVisible();
  await page.getByRole("button", { name: "Cancel", exact: true }).click();
  await expect(start).toBeEnabled();
  await expect(page.getByText("Runs are kept in this browser.")).toBeVisible();
  await expect(page.getByRole("alert")).toHaveCount(0);
  await method(page, "LoRA Recommended").check();
  await start.click();
  await expect(page.getByRole("progressbar", { name: "Training progress" })).toBeVisible();
});
