// Finds on a page what is said in another language than the page's: the fixed parts of that language's messages, as far as they
// are not words of the page's own language too.
import { parse, TYPE, type MessageFormatElement } from "@formatjs/icu-messageformat-parser";
import type { Page } from "@playwright/test";
import type { Language } from "../../src/language/languages.ts";
import { en } from "../../src/words/en/catalog.ts";
import { fr } from "../../src/words/fr/catalog.ts";

/** What is the user's own or a model's: examples, tokens, questions and answers, also as announced. Languages are named in their own words. */
const notThePages = ".bubble, .chat-content, .tokens, textarea, output.visually-hidden, .language-switch, noscript, script, style";

const keys: ReadonlySet<string> = new Set([...Object.keys(en.messages), ...Object.keys(en.errors)]);
const fragments = { en: fragmentsOf(en), fr: fragmentsOf(fr) };

/** @returns the fragments of the other language that the page says, in texts and in names for screen readers; and keys that are not said */
export async function foreignWords(page: Page, language: Language): Promise<readonly string[]> {
  const own = [...fragments[language]].join("\n").toLowerCase();
  const said = (await textsOf(page)).map((text) => text.replaceAll(/[\u00A0\u202F]/g, " "));
  const unsaid = said.filter((text) => keys.has(text.trim()));
  const foreign = [...fragments[language === "en" ? "fr" : "en"]].filter((fragment) => !own.includes(fragment.toLowerCase()));
  const found = foreign.flatMap((fragment) => {
    // Not within a longer word, nor in names of keys and files, such as question/answer.
    const whole = new RegExp(`(?<![\\p{L}\\p{N}/_])${fragment.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\p{L}\\p{N}/_])`, "u");
    const where = said.find((text) => whole.test(text));
    return where === undefined ? [] : [`"${fragment}" in "${where}"`];
  });
  return [...unsaid, ...found];
}

function textsOf(page: Page): Promise<string[]> {
  return page.evaluate((skipped) => {
    const isPages = (element: Element | null): boolean => element !== null && element.closest(skipped) === null;
    const texts: string[] = [document.title];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (isPages(node.parentElement)) texts.push(node.textContent ?? "");
    }
    for (const name of ["aria-label", "aria-valuetext", "placeholder", "title", "alt"]) {
      for (const element of document.querySelectorAll(`[${name}]`)) if (isPages(element)) texts.push(element.getAttribute(name) ?? "");
    }
    return texts;
  }, notThePages);
}

type Texts = Pick<typeof en, "messages" | "errors"> | Pick<typeof fr, "messages" | "errors">;

function fragmentsOf({ messages, errors }: Texts): ReadonlySet<string> {
  const texts = [...Object.values(messages), ...Object.values(errors).flatMap(({ message, hint }) => [message, hint])];
  const trimmed = texts
    .flatMap((text) => literalsOf(parse(text, { ignoreTag: true })))
    .map((literal) => literal.replaceAll(/^[^\p{L}]+|[^\p{L}]+$/gu, ""));
  // Shorter ones are units and words such as "of", which other names may hold.
  return new Set(trimmed.filter((literal) => literal.length >= 4));
}

function literalsOf(elements: readonly MessageFormatElement[]): string[] {
  return elements.flatMap((element) => {
    if (element.type === TYPE.literal) return [element.value];
    if (element.type !== TYPE.select && element.type !== TYPE.plural) return [];
    return Object.values(element.options).flatMap(({ value }) => literalsOf(value));
  });
}
