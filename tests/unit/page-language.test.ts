// Claim: the page speaks the language that its address names, else the one chosen before, else the first that the browser asks for;
// what is chosen last holds, whatever comes over the network when.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { chooseLanguage } from "../../src/language/languages.ts";
import type * as LanguageState from "../../src/state/language.ts";
import { en } from "../../src/words/en/catalog.ts";

const root = { lang: "" };
let stored: Record<string, string> = {};
let address = new URL("http://localhost/");

function visit(search: string, asks: readonly string[]): Promise<typeof LanguageState> {
  address = new URL(`http://localhost/${search}`);
  vi.stubGlobal("location", address);
  vi.stubGlobal("navigator", { languages: asks });
  return import("../../src/state/language.ts");
}

beforeEach(() => {
  vi.resetModules();
  root.lang = "";
  stored = {};
  vi.stubGlobal("document", { documentElement: root });
  vi.stubGlobal("history", { replaceState: (_state: unknown, _title: string, url: URL) => (address = url) });
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => stored[key] ?? null,
    setItem: (key: string, value: string) => (stored[key] = value),
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.doUnmock("../../src/language/languages.ts");
});

describe("chooseLanguage", () => {
  it.each([
    [["fr-CA"], "fr"],
    [["fr_FR.UTF-8"], "fr"],
    [["de-DE", "fr", "en"], "fr"],
    [["de"], "en"],
    [["france"], "en"],
    [[], "en"],
  ])("%j is %s", (preferences, language) => expect(chooseLanguage(preferences)).toBe(language));
});

describe("at the start", () => {
  it.each([
    ["", ["fr-FR"], undefined, "fr"],
    ["", ["fr-FR"], "en", "en"],
    ["?lang=fr", ["en"], "en", "fr"],
    ["?lang=tlh", ["fr"], undefined, "fr"],
  ])("address %j, browser %j, chosen before %s: %s", async (search, asks, before, language) => {
    if (before) stored["atelier-language"] = before;
    const { startLanguage } = await visit(search, asks);
    await startLanguage();
    expect(root.lang).toBe(language);
  });
});

it("a choice is in the address and at the next visit", async () => {
  const first = await visit("?engine=wasm#train", ["en"]);
  await first.startLanguage();
  await first.setLanguage("fr");
  expect(root.lang).toBe("fr");
  expect(address.href).toBe("http://localhost/?engine=wasm&lang=fr#train");
  vi.resetModules();
  const second = await visit("", ["en"]);
  await second.startLanguage();
  expect(root.lang).toBe("fr");
});

it("a choice that comes late does not undo a later one, and one that cannot come leaves all as it is", async () => {
  let arrive = (): void => undefined;
  vi.doMock("../../src/language/languages.ts", () => ({
    chooseLanguage,
    loadCatalog: async (language: string) => {
      if (language === "fr") await new Promise<void>((resolve) => (arrive = resolve));
      return en;
    },
  }));
  const { startLanguage, setLanguage } = await visit("", ["en"]);
  await startLanguage();
  const late = setLanguage("fr");
  await vi.waitFor(() => expect(arrive).not.toBe(undefined));
  await setLanguage("en");
  arrive();
  await late;
  expect([root.lang, stored["atelier-language"]]).toEqual(["en", "en"]);
});

it("a page whose language cannot come is drawn in another", async () => {
  vi.doMock("../../src/language/languages.ts", async (original) => ({
    ...(await original<object>()),
    loadCatalog: (language: string) => (language === "fr" ? Promise.reject(new Error("cut off")) : Promise.resolve(en)),
  }));
  const { startLanguage } = await visit("?lang=fr", ["fr"]);
  await startLanguage();
  expect(root.lang).toBe("en");
});
