// Claim: what is said before any package is installed is said in both languages, by the rules of the large catalogs, and the
// command's language is the one that was asked for, else the system's.
import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { catalogs, filled, systemLanguage, takeLanguage } from "../../src/cli/start-words.mjs";
import { languages, type Language } from "../../src/language/languages.ts";
import { typographic } from "../../src/language/typography.ts";
import { rootPath } from "../support/files.ts";

const textsOf = (language: Language): [string, string][] =>
  Object.entries(catalogs[language]).flatMap(([key, entry]): [string, string][] =>
    typeof entry === "string"
      ? [[key, entry]]
      : [
          [`${key} message`, entry.message],
          [`${key} hint`, entry.hint],
        ],
  );
const parametersOf = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "").toSorted();

describe("the words before any package", () => {
  it("are there in every language", () => {
    expect(Object.keys(catalogs)).toEqual(languages);
  });

  it.each(languages)("have the same keys and parameters in %s", (language) => {
    const shapes = (of: Language) => textsOf(of).map(([key, text]) => [key, parametersOf(text)]);
    expect(shapes(language)).toEqual(shapes("en"));
  });

  it.each(languages)("have the typography of the large catalogs in %s", (language) => {
    for (const [key, text] of textsOf(language)) {
      expect(filled(text, {}, language), key).toBe(typographic(text, language));
      expect(text, key).not.toContain("'");
    }
  });

  it("are all said, and nothing else is", () => {
    const files = readdirSync(rootPath("src/cli")).filter((name) => name.endsWith(".mjs") && name !== "start-words.mjs");
    const code = files.map((name) => readFileSync(rootPath(`src/cli/${name}`), "utf8")).join("\n");
    for (const key of Object.keys(catalogs.en)) expect(code).toContain(`"${key}"`);
    const said = [...code.matchAll(/\b(?:say|Fault)\("([^"]+)"/g)].map(([, key]) => key);
    expect(said.length).toBeGreaterThan(15);
    for (const key of said) expect(Object.keys(catalogs.en)).toContain(key);
  });

  it("take values that look like parameters as they are", () => {
    expect(filled("{path} is {code}.", { path: "{code}", code: "E" }, "en")).toBe("{code} is E.");
  });
});

describe("the language of the command", () => {
  it.each<[Record<string, string>, Language]>([
    [{}, "en"],
    [{ LANG: "fr_FR.UTF-8" }, "fr"],
    [{ LANG: "fr" }, "fr"],
    [{ LANG: "fr_CA@euro" }, "fr"],
    [{ LANG: "de_DE.UTF-8" }, "en"],
    [{ LANG: "constructor" }, "en"],
    [{ LC_ALL: "C", LANG: "fr_FR.UTF-8" }, "en"],
    [{ LC_ALL: "C.UTF-8", LANG: "fr_FR.UTF-8" }, "en"],
    [{ LC_ALL: "POSIX", LC_MESSAGES: "fr_FR" }, "en"],
    [{ LC_ALL: "", LC_MESSAGES: "fr_FR", LANG: "en_US" }, "fr"],
    [{ LC_ALL: "fr_BE", LC_MESSAGES: "en_GB" }, "fr"],
  ])("of %j is %s", (env, language) => {
    expect(systemLanguage(env)).toBe(language);
  });

  it.each<[readonly string[], string | undefined, readonly string[]]>([
    [["chat", "--prompt", "Hi"], undefined, ["chat", "--prompt", "Hi"]],
    [["chat", "--lang", "fr", "--raw"], "fr", ["chat", "--raw"]],
    [["--lang=fr", "fly"], "fr", ["fly"]],
    [["chat", "--lang=en", "--lang", "fr"], "fr", ["chat"]],
    [["chat", "--lang"], undefined, ["chat", "--lang"]],
    [["chat", "--lang", "--raw"], undefined, ["chat", "--lang", "--raw"]],
    [["chat", "--lang="], "", ["chat"]],
  ])("is taken out of %j", (argv, asked, rest) => {
    expect(takeLanguage(argv)).toEqual({ asked, rest });
  });
});
