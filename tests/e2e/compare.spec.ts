// What each form of the weights costs, in the page: measured, looked at, chosen and trained on.
import { expect, test } from "@playwright/test";
import { expectAccessible } from "../support/accessible.ts";
import { fixtures } from "../support/headless.ts";
import { dropPaths, goTo, lossCurve, openStudio, train } from "../support/studio.ts";

test("forms are compared over the user's data, one is chosen and trained on", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await openStudio(page, "wasm");
  await expect(page.getByTestId("held-line")).toContainText("8 bits: as good as the original");
  await dropPaths(page, `${fixtures}data/invented-facts.jsonl`);
  await expect(page.getByText("12 of 12 lines are valid").first()).toBeVisible();
  await goTo(page, "Train");
  await page.getByText("Advanced", { exact: true }).click();
  for (const [label, value] of [
    ["Batch size", "2"],
    ["Sequence length", "64"],
    ["LoRA rank", "4"],
  ] as const)
    await page.getByRole("textbox", { name: label, exact: true }).fill(value);

  await page.getByRole("button", { name: "Change model" }).click();
  await page.getByRole("button", { name: "Compare forms" }).click();
  const comparison = page.getByRole("region", { name: "What each form costs, measured" });
  await expect(comparison).toContainText("over up to 2,000 tokens of what is learned of invented-facts.jsonl");
  await expect(comparison).toContainText("batches of 2 × 64 tokens and LoRA of rank 4");
  const table = comparison.getByRole("table", { name: "Forms of the weights of Atelier base" });
  await expect(table.getByRole("columnheader")).toHaveText([
    "Form",
    "Memory of the weights",
    "Training step",
    "Loss",
    "Perplexity",
    "Choice",
  ]);
  await expect(table.getByRole("rowheader")).toContainText(["f32", "f16", "int8", "int4 with zero points", "int4"]);
  await expectAccessible(page, "Comparison before it");

  await comparison.getByRole("button", { name: "Measure 5 forms" }).click();
  // While forms are measured no run starts, and why is said.
  await expect(page.getByText("Forms are being compared. Wait, or cancel that first.")).toBeVisible();
  await expect(comparison.getByText("All forms of the table are measured.")).toBeVisible();
  await expect(comparison).toContainText("Perplexity is compared with f32, which holds exactly the numbers of the file.");
  const row = (form: string) => table.locator(`tr[data-form="${form}"]`);
  await expect(row("none")).toContainText(/\d+\.\d{4}.*× 1\.000/);
  await expect(row("int4")).toContainText(/[\d.]+ MB.*[\d.]+ s.*\d+\.\d{4}.*× \d\.\d{3}/);
  await expect(row("int8")).toContainText("Loaded now");
  await expectAccessible(page, "Comparison");
  await page.setViewportSize({ width: 360, height: 800 });
  await expectAccessible(page, "Comparison on a phone");
  await page.setViewportSize({ width: 1440, height: 900 });

  await comparison.getByRole("combobox", { name: "Another form" }).selectOption({ label: "NF4" });
  await comparison.getByRole("button", { name: "Add to the table" }).click();
  await comparison.getByRole("button", { name: "Measure 1 form" }).click();
  await expect(row("nf4")).toContainText(/× \d\.\d{3}/);

  await comparison.getByRole("button", { name: "Use this form: int4 with zero points", exact: true }).click();
  await expect(row("int4-asym")).toContainText("Loaded now");
  await expect(page.locator(".model-name")).toContainText("int4 with zero points");
  // What was measured is still of this model.
  await expect(row("none")).toContainText("× 1.000");
  await page.getByRole("button", { name: "Close", exact: true }).click();
  await page.getByRole("textbox", { name: "Steps", exact: true }).fill("1");
  await page.getByRole("button", { name: "Train", exact: true }).click();
  await expect(lossCurve(page)).toBeVisible();
});

test("a comparison that is cancelled keeps what was measured, and the model can be trained on", async ({ page }) => {
  await openStudio(page, "wasm");
  await page.getByRole("button", { name: "Change model" }).click();
  await page.getByRole("button", { name: "Compare forms" }).click();
  const comparison = page.getByRole("region", { name: "What each form costs, measured" });
  await expect(comparison).toContainText("a neutral text that comes with the app");
  await comparison.getByRole("button", { name: /^Measure/ }).click();
  await expect(comparison.getByRole("progressbar", { name: "Comparing forms" })).toBeVisible();
  await comparison.getByRole("button", { name: "Cancel measuring" }).click();
  await expect(comparison.getByText("Cancelled. What was measured until then stays in the table.")).toBeVisible();
  await expect(comparison.getByRole("button", { name: /^Measure/ })).toBeEnabled();
  await dropPaths(page, `${fixtures}data/invented-facts.jsonl`);
  await train(page, { Steps: "1", "Batch size": "2", "Sequence length": "64" });
  await expect(lossCurve(page)).toBeVisible();
});
