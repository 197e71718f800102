import type { Language } from "../language/languages.ts";

type Entry = string | { readonly message: string; readonly hint: string };

export type LineKey = string;
export type FaultKey = string;
export type Values = Readonly<Record<string, string | number>>;

export const catalogs: Readonly<Record<Language, Readonly<Record<string, Entry>>>>;
export function takeLanguage(argv: readonly string[]): { readonly asked: string | undefined; readonly rest: readonly string[] };
export function systemLanguage(env: Readonly<Record<string, string | undefined>>): Language;
export function say(key: LineKey, values?: Values): string;
export function sayFault(key: FaultKey, values?: Values): { readonly message: string; readonly hint: string };
export function filled(text: string, values: Values, of: Language): string;
