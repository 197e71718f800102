// A model from nothing: its shape in the form, its tokenizer from the data, and then it goes on with a text. What is learned in ten minutes
// is measured by `npm run soak`.
import { expect, test, type Page } from "@playwright/test";
import { expectAccessible } from "../support/accessible.ts";
import { ask, chooseAnswerer, dropFiles, goTo, openStudio, progress } from "../support/studio.ts";

const bar = (page: Page) => page.getByRole("region", { name: "Model and engine" });
const field = (page: Page, name: string) => page.getByRole("textbox", { name, exact: true });

/** In nats per token of the tokenizer that is made; a guess among its 2,048 tokens is at 7.6. */
const figure = 4.4;

async function chooseScratch(page: Page): Promise<void> {
  await goTo(page, "Train");
  await page.getByText("Other methods", { exact: true }).click();
  await page.getByRole("radio", { name: "From scratch" }).check();
}

test("a small model is made, learns a rhyme, goes on with it, and comes back after a reload", async ({ page }) => {
  await openStudio(page, "wasm");
  const rhyme = "The cat sat on the mat. The dog sat on the log. The frog sat on the rock. ".repeat(3);
  const lines = Array.from({ length: 6 }, (_, at) => JSON.stringify({ text: `${rhyme}${at}` }));
  await dropFiles(page, [{ name: "rhymes.jsonl", bytes: Buffer.from(lines.join("\n")) }]);
  await chooseScratch(page);
  await page.getByText("Advanced", { exact: true }).click();
  await field(page, "Width").fill("30");
  await expect(page.getByText(/A width of 30 cannot be shared by 4 heads/)).toBeVisible();
  for (const [name, value] of Object.entries({
    Width: "32",
    Depth: "1",
    Heads: "2",
    Vocabulary: "300",
    Steps: "30",
    "Learning rate": "0.01",
  }))
    await field(page, name).fill(value);
  await expectAccessible(page, "A model from scratch");
  await page.getByRole("button", { name: "Train", exact: true }).click();
  await expect(progress(page)).toHaveAttribute("aria-valuenow", "30");
  await expect(page.getByTestId("run-phase")).toHaveText("Finished");
  await expect(bar(page)).toContainText("New model rhymes 1");
  await goTo(page, "Chat");
  await expect(page.getByRole("checkbox", { name: /^Continue what I type/ })).toBeChecked();
  await chooseAnswerer(page, "Tuned");
  const tuned = (await ask(page, "The cat", ["tuned"]))["tuned"];
  expect(tuned).not.toBe("");

  await page.reload();
  await expect(bar(page)).toContainText("Atelier base");
  await goTo(page, "Chat");
  await chooseAnswerer(page, "Tuned");
  await page.getByRole("button", { name: "Load its model" }).click();
  await expect(bar(page)).toContainText("New model rhymes 1");
  expect((await ask(page, "The cat", ["tuned"]))["tuned"]).toBe(tuned);
});

test("a start that is cancelled leaves the model that was there, and Train can be pressed again", async ({ page }) => {
  await openStudio(page, "wasm");
  await dropFiles(page, [{ name: "one.jsonl", bytes: Buffer.from(JSON.stringify({ text: "The cat sat on the mat. ".repeat(8) })) }]);
  await chooseScratch(page);
  await field(page, "Width").fill("512");
  await page.getByRole("button", { name: "Train", exact: true }).click();
  await page.getByRole("form", { name: "New run" }).getByRole("button", { name: "Cancel", exact: true }).click();
  await expect(page.getByRole("button", { name: "Train", exact: true })).toBeEnabled();
  await expect(bar(page)).toContainText("Atelier base");
  await expect(page.getByText("No run yet").first()).toBeVisible();
});

test("in ten minutes on two cores a million parameters learn to tell old stories @soak", async ({ page }) => {
  await openStudio(page, "wasm");
  await page.getByRole("button", { name: /^Stories/ }).click();
  await chooseScratch(page);
  await page.getByText("Advanced", { exact: true }).click();
  await page.getByRole("combobox", { name: "Optimizer" }).selectOption("muon");
  for (const [name, value] of Object.entries({ Steps: "300", "Evaluate every": "50" })) await field(page, name).fill(value);
  const began = Date.now();
  await page.getByRole("button", { name: "Train", exact: true }).click();
  await expect(page.getByTestId("run-phase")).toHaveText("Finished");
  const minutes = (Date.now() - began) / 60_000;
  const loss = Number(await page.locator(".measure").filter({ hasText: "Validation loss" }).locator("dd").innerText());
  console.log(`${minutes.toFixed(1)} minutes: validation loss ${loss}`);
  expect(loss).toBeLessThan(figure);
  expect(minutes).toBeLessThan(10);
});
