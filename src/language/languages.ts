// The languages that Atelier speaks, and which one a reader gets.
import type { Catalog } from "../words/catalog.ts";

export const languages = ["en", "fr"] as const;
export type Language = (typeof languages)[number];

/** Each in its own words, for whoever cannot read the present one. */
export const languageNames: Readonly<Record<Language, string>> = { en: "English", fr: "Français" };

export function isLanguage(value: unknown): value is Language {
  return languages.some((language) => language === value);
}

/** The first preference that is spoken, region and encoding left aside ("fr-CA", "fr_FR.UTF-8"); English where none is. */
export function chooseLanguage(preferences: readonly string[]): Language {
  const spoken = preferences.map((preference) => preference.toLowerCase().split(/[-_.@]/)[0]).find(isLanguage);
  return spoken ?? "en";
}

/** Only the catalog that is read is fetched. */
export async function loadCatalog(language: Language): Promise<Catalog> {
  switch (language) {
    case "en":
      return (await import("../words/en/catalog.ts")).en;
    case "fr":
      return (await import("../words/fr/catalog.ts")).fr;
    default:
      return language satisfies never;
  }
}
