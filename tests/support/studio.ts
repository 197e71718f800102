// The page as a user finds his way in it: by what things are called.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { expect, type Locator, type Page } from "@playwright/test";

export type Provider = "webgpu" | "wasm";

/** Opens the page on an engine and waits until the model is ready there; fails where another engine took its place. */
export async function openStudio(page: Page, engine?: Provider): Promise<void> {
  await page.goto(engine ? `/?engine=${engine}` : "/");
  await expectEngine(page, engine ?? "wasm");
}

export async function expectEngine(page: Page, engine: Provider): Promise<void> {
  await expect(page.locator("html")).toHaveAttribute("data-engine", engine);
  await expect(page.getByRole("region", { name: "Model and engine" })).toContainText(engine === "wasm" ? "WASM on CPU" : "WebGPU on");
}

/** Drops files on the page as a file manager does. */
export async function dropFiles(page: Page, files: readonly { readonly name: string; readonly bytes: Buffer }[]): Promise<void> {
  const encoded = files.map(({ name, bytes }) => ({ name, base64: bytes.toString("base64") }));
  const transfer = await page.evaluateHandle((given) => {
    const data = new DataTransfer();
    for (const { name, base64 } of given) data.items.add(new File([Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))], name));
    return data;
  }, encoded);
  await page.dispatchEvent("body", "dragover", { dataTransfer: transfer });
  await page.dispatchEvent("body", "drop", { dataTransfer: transfer });
}

export function dropPaths(page: Page, ...paths: readonly string[]): Promise<void> {
  return dropFiles(
    page,
    paths.map((path) => ({ name: basename(path), bytes: readFileSync(path) })),
  );
}

export async function goTo(page: Page, step: "Data" | "Train" | "Chat"): Promise<void> {
  await page.getByRole("navigation", { name: "Path" }).getByRole("link", { name: step }).click();
}

/** Sets knobs by their labels and presses Train. */
export async function train(page: Page, knobs: Readonly<Record<string, string>>): Promise<void> {
  await goTo(page, "Train");
  await page.getByText("Advanced", { exact: true }).click();
  for (const [label, value] of Object.entries(knobs)) await page.getByRole("textbox", { name: label, exact: true }).fill(value);
  await page.getByRole("button", { name: "Train", exact: true }).click();
}

export function progress(page: Page): Locator {
  return page.getByRole("progressbar", { name: "Training progress" });
}

export function lossCurve(page: Page): Locator {
  return page.getByRole("img", { name: /^Loss curve over/ });
}

export function storedRuns(page: Page): Locator {
  return page.getByRole("list", { name: "Stored runs" });
}

export async function chooseAnswerer(page: Page, who: "Base" | "Tuned" | "Both"): Promise<void> {
  await page.getByRole("group", { name: "Who answers" }).getByRole("radio", { name: who, exact: true }).check();
}

/** Asks a question of its own, without what was said before, and returns each side's answer. */
export async function ask(page: Page, question: string, sources: readonly ("base" | "tuned")[]): Promise<Record<string, string>> {
  const clear = page.getByRole("button", { name: "Clear", exact: true });
  if (await clear.isEnabled()) await clear.click();
  await page.getByRole("textbox", { name: "Message" }).fill(question);
  // The model may still be opening its tokenizer: the page says so under the question, and Enter sends nothing.
  await expect(page.getByRole("button", { name: "Send", exact: true })).toBeEnabled();
  await page.keyboard.press("Enter");
  const answers: Record<string, string> = {};
  for (const source of sources) {
    const answer = page.locator(`[data-testid=answer][data-source=${source}]`);
    await expect(answer).toHaveAttribute("data-state", "done");
    answers[source] = (await answer.innerText()).trim();
  }
  return answers;
}
