// The main job on WASM: drop a file of invented facts, train, see the curve, and chat. The base knows none of the answers, the
// tuned model at least nine in ten, word for word. After a reload all is still there. Nothing is fetched from elsewhere.
import { readFileSync } from "node:fs";
import { expect, test, type Page } from "@playwright/test";
import { fixtures } from "../support/headless.ts";
import {
  ask,
  chooseAnswerer,
  dropPaths,
  expectEngine,
  goTo,
  lossCurve,
  openStudio,
  progress,
  storedRuns,
  train,
} from "../support/studio.ts";

const path = `${fixtures}data/invented-facts.jsonl`;
const facts = readFileSync(path, "utf8")
  .trim()
  .split("\n")
  .map((line) => (JSON.parse(line) as { messages: { content: string }[] }).messages.map(({ content }) => content) as [string, string]);
/** What the main job may take on two cores, from pressing Train to the last answer. */
const limitMs = 300_000;

/** The longest time that the page itself could not answer, from now on. */
async function watchLongTasks(page: Page): Promise<void> {
  await page.evaluate(() => {
    const seen = globalThis as unknown as { longestTaskMs: number };
    seen.longestTaskMs = 0;
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) seen.longestTaskMs = Math.max(seen.longestTaskMs, duration);
    }).observe({ type: "longtask" });
  });
}

test("a file of invented facts is learned, and stays learned after a reload", async ({ page, baseURL }) => {
  const foreign: string[] = [];
  page.on("request", (request) => {
    if (!/^(blob|data):/.test(request.url()) && !request.url().startsWith(baseURL ?? "")) foreign.push(request.url());
  });
  await openStudio(page, "wasm");
  await dropPaths(page, path);
  await expect(page.getByText(`${facts.length} of ${facts.length} lines are valid`).first()).toBeVisible();
  await expect(page.locator("mark", { hasText: "The capital of Velmora is Tarnwick." })).toBeVisible();

  const since = Date.now();
  await train(page, { Steps: "150", "Learning rate": "0.005", "Validation share": "0" });
  await expect(progress(page)).toHaveAttribute("max", "150");
  await watchLongTasks(page);
  await expect(storedRuns(page)).toContainText("Finished");
  const longestMs = await page.evaluate(() => (globalThis as unknown as { longestTaskMs: number }).longestTaskMs);
  console.log(`while training the page was busy for at most ${Math.round(longestMs)} ms at once`);
  expect(longestMs).toBeLessThan(1000);
  await expect(lossCurve(page)).toBeVisible();
  await expectEngine(page, "wasm");

  await page.getByRole("button", { name: "Chat with this run" }).click();
  await chooseAnswerer(page, "Both");
  let [taught, known] = [0, 0];
  for (const [question, answer] of facts) {
    const { base, tuned } = await ask(page, question, ["base", "tuned"]);
    if (tuned === answer) taught++;
    if (base === answer) known++;
  }
  console.log(
    `after ${Math.round((Date.now() - since) / 1000)} s: the tuned model answers ${taught} of ${facts.length}, the base ${known}`,
  );
  expect(taught / facts.length).toBeGreaterThanOrEqual(0.9);
  expect(known).toBe(0);
  expect(Date.now() - since).toBeLessThan(limitMs);

  await page.reload();
  await expectEngine(page, "wasm");
  await goTo(page, "Train");
  await storedRuns(page)
    .getByRole("button", { name: /invented-facts/ })
    .click();
  await expect(lossCurve(page)).toHaveAccessibleName(/over 150 steps/);
  await page.getByRole("button", { name: "Chat with this run" }).click();
  await chooseAnswerer(page, "Tuned");
  const [question, answer] = facts[0] as [string, string];
  expect((await ask(page, question, ["tuned"]))["tuned"]).toBe(answer);
  expect(foreign).toEqual([]);
});
