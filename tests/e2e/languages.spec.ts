// The page in both languages: a browser that asks for French gets French everywhere, the switch changes the language at once and
// loses nothing, and the choice is remembered. axe finds nothing in either, and nothing runs off the side.
import { expect, test, type Locator, type Page } from "@playwright/test";
import type { Language } from "../../src/language/languages.ts";
import { expectAccessible } from "../support/accessible.ts";
import { foreignWords } from "../support/foreign-words.ts";
import { english, french } from "../support/words.ts";

const steps = ["data", "train", "chat"] as const;

async function expectLanguage(page: Page, language: Language, where: string): Promise<void> {
  await expect(page.locator("html")).toHaveAttribute("lang", language);
  expect(await foreignWords(page, language), `${where} in ${language}`).toEqual([]);
  await expectAccessible(page, `${where} in ${language}`);
}

async function visitSteps(page: Page, language: Language, where: string): Promise<void> {
  for (const step of steps) {
    await page.locator(`a.step[href="#${step}"]`).click();
    await expectLanguage(page, language, `${step} ${where}`);
  }
}

function languageSwitch(page: Page, name: "English" | "Français"): Locator {
  return page.getByRole("radio", { name, exact: true });
}

async function ready(page: Page): Promise<void> {
  await expect(page.locator("html")).toHaveAttribute("data-engine", "wasm");
}

/** Opens the French sample, trains a few steps and asks a question, all by French names. */
async function trainInFrench(page: Page): Promise<void> {
  const { say } = french;
  await page.locator('a.step[href="#data"]').click();
  await page.getByRole("button", { name: say("sample/lumi-fr-title") }).click();
  await expect(page.getByTestId("data-check")).toBeVisible();
  await expectLanguage(page, "fr", "data with a sample");
  await page.locator('a.step[href="#train"]').click();
  await page.getByText(say("ui-train/advanced"), { exact: true }).click();
  await page.getByRole("textbox", { name: say("knob/steps-label"), exact: true }).fill("0,5");
  await expectLanguage(page, "fr", "train with a wrong field");
  await page.getByRole("textbox", { name: say("knob/steps-label"), exact: true }).fill("4");
  await page.getByRole("button", { name: say("ui-train/train"), exact: true }).click();
  await expect(page.getByTestId("run-phase")).toHaveText(say("run/phase-finished"));
  await page.getByRole("button", { name: say("ui-train/chat") }).click();
  await page.getByRole("textbox", { name: say("ui-chat/message"), exact: true }).fill("Qui es-tu ?");
  await page.keyboard.press("Enter");
  await expect(page.locator("[data-testid=answer][data-state=done]")).toHaveCount(2);
}

for (const [colorScheme, width] of [
  ["light", 1440],
  ["dark", 360],
] as const) {
  test(`a French browser, ${colorScheme}, ${width} px wide`, async ({ browser, baseURL }) => {
    const options = { colorScheme, locale: "fr-FR", viewport: { width, height: 800 }, ...(baseURL ? { baseURL } : {}) };
    const context = await browser.newContext(options);
    const page = await context.newPage();
    await page.goto("/?engine=wasm");
    await ready(page);
    await visitSteps(page, "fr", "at first");
    await trainInFrench(page);
    await visitSteps(page, "fr", "after training");
    await page.getByRole("button", { name: french.say("ui-model/change") }).click();
    await page.locator(".model-form summary").click();
    await expectLanguage(page, "fr", "models");

    // What is open, typed and said stays when the language changes.
    const answers = await page.getByTestId("answer").allInnerTexts();
    const composer = page.locator("#question");
    await composer.fill("Une autre question");
    await languageSwitch(page, "English").check();
    await expectLanguage(page, "en", "models");
    await expect(composer).toHaveValue("Une autre question");
    expect(await page.getByTestId("answer").allInnerTexts()).toEqual(answers);
    await expect(page.getByRole("button", { name: "Close", exact: true })).toBeVisible();
    await page.getByRole("button", { name: "Close", exact: true }).click();
    await visitSteps(page, "en", "after training");
    await expect(page.getByRole("list", { name: "Stored runs" }).or(page.locator("#question")).first()).toBeVisible();

    // Remembered without the address, against what the browser asks for.
    await page.goto("/?engine=wasm");
    await ready(page);
    await expectLanguage(page, "en", "after a reload");
    // And a link carries a language, whatever was chosen.
    await page.goto("/?engine=wasm&lang=fr");
    await ready(page);
    await expectLanguage(page, "fr", "a link");
    await context.close();
  });
}

test("the switch works by keyboard, and says so where a language cannot be fetched", async ({ page }) => {
  await page.goto("/?engine=wasm");
  await ready(page);
  let isCut = true;
  await page.route(/\/assets\/catalog-[^/]*\.js/, (route) => (isCut ? route.abort() : route.continue()));
  await languageSwitch(page, "English").focus();
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("alert")).toContainText(english.say("ui-page/language-failed", { language: "Français" }));
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  isCut = false;
  await languageSwitch(page, "English").focus();
  await page.keyboard.press("ArrowRight");
  await expect(page.locator("html")).toHaveAttribute("lang", "fr");
  await expect(page.getByRole("heading", { level: 2 }).first()).toHaveText(french.say("ui-data/welcome"));
  await expect(page.getByRole("alert")).toHaveCount(0);
  await expect(languageSwitch(page, "Français")).toBeFocused();
  for (const language of ["en", "fr"] as const) await expect(page.locator(`.language-switch [lang=${language}]`)).toBeVisible();
});

test("without JavaScript the page says in both languages what it needs", async ({ browser, baseURL }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, ...(baseURL ? { baseURL } : {}) });
  const page = await context.newPage();
  await page.goto("/");
  await expect(page.locator("noscript p:lang(en)")).toContainText("needs JavaScript");
  await expect(page.locator("noscript p:lang(fr)")).toContainText("a besoin de JavaScript");
  await context.close();
});
