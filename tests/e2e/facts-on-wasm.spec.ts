// The main job on WASM: drop a file of invented facts and one that asks for them in other words, train with the default recipe, see
// both curves, and chat. The base knows none of the answers, the tuned model at least nine in ten, word for word, also where it is
// asked in words that it was not taught. After a reload all is still there. Nothing is fetched from elsewhere.
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
const validationPath = `${fixtures}data/invented-facts.validation.jsonl`;
const read = (file: string): readonly (readonly [string, string])[] =>
  readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { messages: { content: string }[] }).messages.map(({ content }) => content) as [string, string]);
const facts = read(path);
const reworded = read(validationPath);
/** What the main job may take on two cores, from pressing Train to the last answer to what was taught. */
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

test("a file of invented facts is learned, answers questions in other words, and stays learned after a reload", async ({
  page,
  baseURL,
}) => {
  const foreign: string[] = [];
  page.on("request", (request) => {
    if (!/^(blob|data):/.test(request.url()) && !request.url().startsWith(baseURL ?? "")) foreign.push(request.url());
  });
  await openStudio(page, "wasm");
  await dropPaths(page, validationPath, path);
  await expect(page.getByText(`${facts.length} of ${facts.length} lines are valid`).first()).toBeVisible();
  await expect(page.locator("mark", { hasText: "The capital of Velmora is Tarnwick." })).toBeVisible();

  const kept = `${reworded.length} examples from invented-facts.validation.jsonl`;
  await expect(page.getByTestId("validation")).toContainText(kept);

  const since = Date.now();
  await train(page, {});
  await expect(progress(page)).toHaveAttribute("max", "90");
  await watchLongTasks(page);
  await expect(storedRuns(page)).toContainText("Finished");
  const longestMs = await page.evaluate(() => (globalThis as unknown as { longestTaskMs: number }).longestTaskMs);
  console.log(`while training the page was busy for at most ${Math.round(longestMs)} ms at once`);
  expect(longestMs).toBeLessThan(1000);
  await expect(lossCurve(page)).toHaveAccessibleName(/Validation loss/);
  await expectEngine(page, "wasm");

  await page.getByRole("button", { name: "Chat with this run" }).click();
  await chooseAnswerer(page, "Both");
  let [taught, known] = [0, 0];
  for (const [question, answer] of facts) {
    const { base, tuned } = await ask(page, question, ["base", "tuned"]);
    if (tuned === answer) taught++;
    if (base === answer) known++;
  }
  const spentMs = Date.now() - since;
  await chooseAnswerer(page, "Tuned");
  const taughtQuestions = new Set(facts.map(([question]) => question));
  let understood = 0;
  for (const [question, answer] of reworded) {
    expect(taughtQuestions).not.toContain(question);
    if ((await ask(page, question, ["tuned"]))["tuned"] === answer) understood++;
  }
  console.log(
    `after ${Math.round(spentMs / 1000)} s: the tuned model answers ${taught} of ${facts.length}, in other words ${understood} of ${reworded.length}, the base ${known}`,
  );
  expect(taught / facts.length).toBeGreaterThanOrEqual(0.9);
  expect(understood / reworded.length).toBeGreaterThanOrEqual(0.9);
  expect(known).toBe(0);
  expect(spentMs).toBeLessThan(limitMs);

  await page.reload();
  await expectEngine(page, "wasm");
  await goTo(page, "Train");
  await storedRuns(page)
    .getByRole("button", { name: /invented-facts/ })
    .click();
  await expect(lossCurve(page)).toHaveAccessibleName(/over 90 steps/);
  await page.getByRole("button", { name: "Chat with this run" }).click();
  await chooseAnswerer(page, "Tuned");
  const [question, answer] = facts[0] as [string, string];
  expect((await ask(page, question, ["tuned"]))["tuned"]).toBe(answer);
  expect(foreign).toEqual([]);
});
