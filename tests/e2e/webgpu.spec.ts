// The main job on WebGPU, with few steps, since the adapter may be a software one. Skipped, and printed, where there is none.
import { expect, test } from "@playwright/test";
import { fixtures } from "../support/headless.ts";
import { ask, chooseAnswerer, dropPaths, expectEngine, goTo, lossCurve, openStudio, storedRuns, train } from "../support/studio.ts";

test("drop, train, chat and reload on WebGPU", async ({ page }) => {
  await page.goto("/samples/README.md");
  const adapter = await page.evaluate(async () => (await navigator.gpu?.requestAdapter())?.info.vendor ?? null);
  if (adapter === null) console.log("SKIPPED e2e on WebGPU: this browser finds no adapter");
  test.skip(adapter === null, "no WebGPU adapter");

  const hosts = new Set<string>();
  page.context().on("request", (request) => hosts.add(new URL(request.url()).hostname));
  await openStudio(page, "webgpu");
  await dropPaths(page, `${fixtures}data/invented-facts.jsonl`);
  await train(page, {
    Steps: "3",
    "Learning rate": "0.02",
    "Warmup steps": "0",
    "Batch size": "1",
    "LoRA rank": "4",
    "Validation share": "0",
  });
  await expect(storedRuns(page)).toContainText("Finished");
  await expect(lossCurve(page)).toHaveAccessibleName(/over 3 steps/);
  await expectEngine(page, "webgpu");

  await page.getByRole("button", { name: "Chat with this run" }).click();
  await chooseAnswerer(page, "Both");
  await page.getByRole("textbox", { name: "Max tokens" }).fill("5");
  const { base, tuned } = await ask(page, "Who is the queen of Velmora?", ["base", "tuned"]);
  expect(base).not.toBe("");
  expect(tuned).not.toBe(base);

  await page.reload();
  await expectEngine(page, "webgpu");
  await goTo(page, "Train");
  await expect(storedRuns(page)).toContainText("3 of 3 steps");
  expect([...hosts].filter((host) => host !== "localhost" && host !== "")).toEqual([]);
});
