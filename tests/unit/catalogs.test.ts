// Claims: every message is there in both languages with the same parameters, is read by the ICU parser, and follows the rules of its
// language's typography. That keys and parameters agree is also checked when it is compiled.
import { parse, TYPE, type MessageFormatElement } from "@formatjs/icu-messageformat-parser";
import { describe, expect, it } from "vitest";
import { typographic } from "../../src/language/typography.ts";
import { en } from "../../src/words/en/catalog.ts";
import { fr } from "../../src/words/fr/catalog.ts";
import type { Catalog, ErrorText } from "../../src/words/catalog.ts";

const areasOf = (modules: Record<string, unknown>) =>
  Object.entries(modules).filter(([path]) => !path.endsWith("/catalog.ts")) as [
    string,
    { messages: Record<string, string>; errors: Record<string, ErrorText> },
  ][];
const areas = {
  en: areasOf(import.meta.glob("../../src/words/en/*.ts", { eager: true })),
  fr: areasOf(import.meta.glob("../../src/words/fr/*.ts", { eager: true })),
};

/** Every text of a catalog by its key; of errors, "key" and "key → hint". */
function textsOf({ messages, errors }: Catalog): Map<string, string> {
  const texts = new Map<string, string>(Object.entries(messages));
  for (const [key, { message, hint }] of Object.entries(errors)) texts.set(key, message).set(`${key} → hint`, hint);
  return texts;
}

const english = textsOf(en);
const french = textsOf(fr);
const pairs = [...english].map(([key, text]) => ({ key, text, translated: french.get(key) ?? "" }));

/** "name: kind", and of a choice its keys, of all arguments of a message. */
function argumentsOf(elements: readonly MessageFormatElement[]): string[] {
  return elements.flatMap((element) => {
    switch (element.type) {
      case TYPE.argument:
        return [`${element.value}: text`];
      case TYPE.number:
      case TYPE.date:
      case TYPE.time:
        return [`${element.value}: number`];
      case TYPE.plural:
        return [`${element.value}: number`, ...Object.values(element.options).flatMap(({ value }) => argumentsOf(value))];
      case TYPE.select:
        return [
          `${element.value}: ${Object.keys(element.options).toSorted().join("|")}`,
          ...Object.values(element.options).flatMap(({ value }) => argumentsOf(value)),
        ];
      default:
        return [];
    }
  });
}

const read = (text: string): string[] => [...new Set(argumentsOf(parse(text, { ignoreTag: true })))].toSorted();

describe("the catalogs", () => {
  it.each(["en", "fr"] as const)("hold every key of every area of %s once", (language) => {
    const catalog = { en, fr }[language];
    const keys = areas[language].flatMap(([, { messages, errors }]) => [...Object.keys(messages), ...Object.keys(errors)]);
    expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
    expect(keys.toSorted()).toEqual([...Object.keys(catalog.messages), ...Object.keys(catalog.errors)].toSorted());
    expect(keys.filter((key) => !/^[a-z0-9-]+\/[A-Za-z0-9_.-]+(#[a-z0-9-]+)?$/.test(key))).toEqual([]);
  });

  it("have the same keys in the same area of both languages", () => {
    const named = (language: "en" | "fr") =>
      areas[language].map(([path, { messages, errors }]) => [
        path.replace(`/${language}/`, "/"),
        Object.keys(messages).toSorted(),
        Object.keys(errors).toSorted(),
      ]);
    expect(named("fr")).toEqual(named("en"));
  });

  it("take the same parameters in both languages", () => {
    for (const { key, text, translated } of pairs) expect({ key, takes: read(translated) }).toEqual({ key, takes: read(text) });
  });

  it("have no empty text but hints that another error gives", () => {
    expect(pairs.filter(({ text, translated }) => text.trim() === "" || translated.trim() === "").map(({ key }) => key)).toEqual([]);
  });
});

describe("typography", () => {
  const broken = (texts: ReadonlyMap<string, string>, rule: RegExp) => [...texts].filter(([, text]) => rule.test(text));

  it.each([
    ["ASCII apostrophes, which quote in ICU", /'/],
    ["three dots for an ellipsis", /\.\.\./],
    ["two spaces", / {2}/],
    ["a space at an end", /^ | $/],
  ])("no language has %s", (_, rule) => {
    expect(broken(english, rule)).toEqual([]);
    expect(broken(french, rule)).toEqual([]);
  });

  it.each([
    ["a space before ; ! ? and :", /[^\s:/][;!?](?=\s|$|\})|[\p{L}\d})»]:(?=\s|$|\})/u],
    ["guillemets instead of quotes, but in JSON", /["“”](?![a-z]+": |: )/],
    ["spaces within guillemets", /«\S|\S»/],
    ["accents on capitals", /(^|[.!?] )A [a-zé]|\b(Etat|Etape|Echec|Ecri|Ecart|Etend|Evit|Elev|Egal)/],
    [
      "an apostrophe where a vowel follows",
      /(?<!\p{L})([ldnscjm]|qu) ’|(?<![-\p{L}])(le|la|de|que|ne|se|je|me|te) (?!oui|onz)[aeiouyéèêâîôû]/iu,
    ],
  ])("French has %s", (_, rule) => expect(broken(french, rule)).toEqual([]));

  it("French spaces before signs do not break", () => {
    expect(typographic("Vraiment ? Oui : « rien » ; fin !", "fr")).toBe("Vraiment\u202F? Oui\u00A0: «\u00A0rien\u00A0»\u202F; fin\u202F!");
    expect(typographic("Really? Yes: a : b", "en")).toBe("Really? Yes: a : b");
  });

  it("a sentence is a sentence in both languages", () => {
    const ends = (text: string) => /[.!?…]$/.test(text);
    expect(
      pairs
        .filter(({ text, translated }) => ends(text) !== ends(translated))
        .map(({ key, text, translated }) => ({ key, text, translated })),
    ).toEqual([]);
  });

  it("French says nothing in English", () => {
    const letters = (text: string) => text.replaceAll(/\{[^{}]*\}/g, "");
    const same = pairs.filter(({ text, translated }) => text === translated && /\p{L}{2}/u.test(letters(text)));
    expect(same.filter(({ key }) => !sameInBoth.has(key) && !key.startsWith("optimizer/")).map(({ key, text }) => ({ key, text }))).toEqual(
      [],
    );
  });
});

/** What is written alike in both languages: names, terms of the field, words that the languages share. */
const sameInBoth: ReadonlySet<string> = new Set(
  `quantization/int4-label quantization/nf4-label quantization/gptq-label quantization/int8-label model/method-of-width sources/minutes budget/part-activations
  train/preset-standard sampling/top-p sampling/top-k sample/pirate-title sample/pip-title ui-chat/message ui-model/fact-commit ui-page/title
  ui-page/title-running ui-train/curve-validation knob/otherAlpha-label knob/activation-label knob/cycles-label method/lora-label
  method/rslora-label method/dora-label method/pissa-label method/vera-label method/loha-label method/lokr-label method/oft-label
  method/boft-label method/ia3-label method/bitfit-label`.split(/\s+/),
);
