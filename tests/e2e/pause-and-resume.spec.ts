// A run is paused and resumed; then the tab is closed in the middle of it, and the next one offers to go on from the checkpoint.
// What was learned by then is checked on the published weights.
import { expect, test } from "@playwright/test";
import { fixtures } from "../support/headless.ts";
import { dropPaths, expectEngine, goTo, lossCurve, openStudio, progress, storedRuns, train } from "../support/studio.ts";

test("pause, resume, close the tab, resume, stop", async ({ context }) => {
  const first = await context.newPage();
  await openStudio(first, "wasm");
  await dropPaths(first, `${fixtures}data/invented-facts.jsonl`);
  await train(first, { Steps: "400", "LoRA rank": "4", "Batch size": "1", "Checkpoint every": "5", "Validation share": "0" });
  await first.getByRole("button", { name: "Pause", exact: true }).click();
  await expect(storedRuns(first)).toContainText("Paused");
  const paused = Number(await progress(first).getAttribute("aria-valuenow"));
  await first.getByRole("button", { name: "Resume", exact: true }).click();
  await expect.poll(async () => Number(await progress(first).getAttribute("aria-valuenow"))).toBeGreaterThan(paused + 12);
  await first.close({ runBeforeUnload: false });

  const second = await context.newPage();
  await openStudio(second, "wasm");
  const reminder = second.getByRole("region", { name: "Unfinished run" });
  await expect(reminder).toContainText(/Its checkpoint at step \d+ of 400 is kept/);
  const kept = Number(/at step (\d+)/.exec(await reminder.innerText())?.[1]);
  expect(kept).toBeGreaterThan(paused);
  await reminder.getByRole("button", { name: "Resume" }).click();
  await goTo(second, "Train");
  await expect.poll(async () => Number(await progress(second).getAttribute("aria-valuenow"))).toBeGreaterThan(kept + 3);
  await second.getByRole("button", { name: "Stop", exact: true }).click();
  await expect(storedRuns(second)).toContainText("Stopped");
  await expect(lossCurve(second)).toBeVisible();
  await second.getByRole("button", { name: "Check on the published weights" }).click();
  await expect(second.getByTestId("transfer")).toContainText(/\d+ of \d+ taught examples are still right/);
  await expectEngine(second, "wasm");
});
