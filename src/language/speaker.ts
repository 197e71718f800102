// Puts words into a language. Messages are ICU MessageFormat, read and formatted by intl-messageformat, each when it is first said.
import { IntlMessageFormat, type Formatters } from "intl-messageformat";
import type { Catalog, ErrorKey, MessageKey } from "../words/catalog.ts";
import { isList, isWords, type Given, type List, type MessageParameters, type Text, type Values, type Words } from "../words/message.ts";
import { createFormats, type Formats } from "./number-formats.ts";
import type { Language } from "./languages.ts";
import { typographic } from "./typography.ts";

/** What an error says, ready to be read. */
export interface SaidError {
  readonly message: string;
  readonly hint: string;
}

/** Parameters among which texts may also be things to show, such as an element of the page. */
export type Rich<Parameters, Thing> = {
  readonly [Name in keyof Parameters]: Text extends Parameters[Name] ? Parameters[Name] | Thing : Parameters[Name];
};

type Parts<Thing> = readonly (string | Thing)[];
/** A kind of parameter that intl-messageformat passes through unread. */
type Passed<Thing> = Readonly<Record<string, string | number | Thing>>;

export class Speaker {
  readonly language: Language;
  readonly format: Formats;
  readonly #catalog: Catalog;
  readonly #read = new Map<string, IntlMessageFormat>();
  readonly #formatters: Formatters;

  constructor(language: Language, catalog: Catalog) {
    this.language = language;
    this.#catalog = catalog;
    const { messages } = catalog;
    this.format = createFormats(language, {
      notANumber: messages["number/not-a-number"],
      infinite: messages["number/infinite"],
      minusInfinite: messages["number/minus-infinite"],
    });
    this.#formatters = formattersOf(language, this.format);
  }

  /** The text of a key with its parameters, or of words that came from elsewhere. */
  readonly say: Say = (said: MessageKey | Words, ...given: readonly unknown[]): string => {
    if (typeof said === "string") return this.#text(this.#messageOf(said), (given[0] ?? {}) as Values);
    return said.part === "hint" ? this.error(said).hint : this.#text(this.#messageOf(said.key), said.params);
  };

  /** What may be a text of no language, words or a list. */
  readonly text = (text: Text): string => String(this.#value(text));

  /** A message with things in the places of texts, as the list of its parts. */
  readonly rich = <Thing, Key extends MessageKey>(key: Key, params: Rich<MessageParameters<Key>, Thing>): Parts<Thing> => {
    const values = Object.entries(params).map(([name, value]) => [name, isText(value) ? this.#value(value) : value]);
    const made = this.#format(this.#messageOf(key), Object.fromEntries(values) as Passed<Thing>);
    return Array.isArray(made) ? (made as Parts<Thing>) : [made as string | Thing];
  };

  /** What happened, and what to do. Of a key that only another version has, its name. */
  readonly error = ({ key, params }: Words): SaidError => {
    const { errors } = this.#catalog;
    const { message, hint } = errors[key as ErrorKey] ?? errors["internal/no-words"];
    const values = key in errors ? params : { key };
    return { message: this.#text(message, values), hint: this.#text(hint, values) };
  };

  #messageOf(key: MessageKey | ErrorKey): string {
    const { messages, errors } = this.#catalog;
    return messages[key as MessageKey] ?? errors[key as ErrorKey]?.message ?? key;
  }

  #text(message: string, params: Values): string {
    const values = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, this.#value(value)]));
    try {
      return String(this.#format(message, values));
    } catch {
      // Words that were stored by another version, or came in a file from anywhere, may lack a parameter.
      return message;
    }
  }

  #format<Thing>(message: string, values: Passed<Thing>): unknown {
    let read = this.#read.get(message);
    if (!read) {
      read = new IntlMessageFormat(typographic(message, this.language), this.language, numberStyles, {
        ignoreTag: true,
        formatters: this.#formatters,
      });
      this.#read.set(message, read);
    }
    return read.format(values);
  }

  #value(value: Text | number): string | number {
    if (typeof value !== "object") return value;
    return isList(value) ? this.#join(value) : this.say(value);
  }

  #join({ list, join }: List): string {
    const texts = list.map((text) => String(this.#value(text)));
    if (join === "comma") return texts.join(", ");
    if (join === "sentences") return texts.join(" ");
    return new Intl.ListFormat(this.language, { type: "conjunction" }).format(texts);
  }
}

export interface Say {
  <Key extends MessageKey>(key: Key, ...given: Given<MessageParameters<Key>>): string;
  (words: Words): string;
}

function isText(value: unknown): value is Text | number {
  if (typeof value !== "object") return typeof value === "string" || typeof value === "number";
  return value !== null && (isList(value) || isWords(value));
}

/** Styles of numbers that are ours: intl-messageformat hands their options to {@link formattersOf}, which knows them by this name. */
const named = (atelier: "measure" | "bytes" | "compact" | "duration"): object => ({ atelier });
const numberStyles = {
  number: { measure: named("measure"), bytes: named("bytes"), compact: named("compact"), duration: named("duration") },
};

function formattersOf(language: Language, formats: Formats): Formatters {
  const number = madeOnce((options: Intl.NumberFormatOptions) => new Intl.NumberFormat(language, options));
  const date = madeOnce((options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(language, options));
  const plural = madeOnce((options: Intl.PluralRulesOptions) => new Intl.PluralRules(language, options));
  return {
    getNumberFormat(_, options: { readonly atelier?: "measure" | "bytes" | "compact" | "duration" } & Intl.NumberFormatOptions = {}) {
      const { atelier, ...rest } = options;
      return atelier === undefined ? number(rest) : ({ format: formats[atelier] } as Intl.NumberFormat);
    },
    getDateTimeFormat: (_, options = {}) => date(options),
    getPluralRules: (_, options = {}) => plural(options),
  };
}

/** Formatters of Intl cost more to make than to use, and a page that follows a run says the same messages all the time. */
function madeOnce<Options extends object, Made>(make: (options: Options) => Made): (options: Options) => Made {
  const all = new Map<string, Made>();
  return (options) => {
    const key = JSON.stringify(options);
    const made = all.get(key) ?? make(options);
    all.set(key, made);
    return made;
  };
}
