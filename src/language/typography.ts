// Spaces that must not break, by the rules of French typography (Lexique des règles typographiques en usage à l'Imprimerie
// nationale): a narrow one before ; ! and ?, a full one before : and within « ». Catalogs are written with ordinary spaces. What
// follows a comma is how a number is to be written, as in {n, number, ::.##}, and stays.
import type { Language } from "./languages.ts";

export function typographic(text: string, language: Language): string {
  if (language !== "fr") return text;
  return text
    .replaceAll(/ (?=[;!?])/g, "\u202F")
    .replaceAll(/(?<!,) (?=[:»])/g, "\u00A0")
    .replaceAll("« ", "«\u00A0");
}
