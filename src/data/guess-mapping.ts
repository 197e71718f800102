// A proposal for records of no known shape, from names and lengths of their columns. It is shown to the user and never applied by itself.
import { isRecord } from "../base/json.ts";
import type { Mapping } from "./mapped-roles.ts";

/** Values that are looked at for each column. */
const lookedAt = 200;

export interface ColumnLook {
  readonly name: string;
  /** Records whose value is text. */
  readonly texts: number;
  /** Mean length of these in characters. */
  readonly length: number;
  /** Of a text of some record. */
  readonly sample: string;
}

export class Columns {
  readonly #columns = new Map<string, { texts: number; length: number; sample: string }>();
  #records = 0;

  add(record: unknown): void {
    if (!isRecord(record) || this.#records === lookedAt) return;
    this.#records++;
    for (const [name, value] of Object.entries(record)) {
      const column = this.#columns.get(name) ?? { texts: 0, length: 0, sample: "" };
      this.#columns.set(name, column);
      if (typeof value !== "string" || value.trim() === "") continue;
      column.texts++;
      column.length += value.length;
      if (column.sample === "") column.sample = value.slice(0, 200);
    }
  }

  list(): readonly ColumnLook[] {
    return [...this.#columns].map(([name, { texts, length, sample }]) => ({ name, texts, sample, length: length / Math.max(1, texts) }));
  }
}

/** Better names first. A word counts where it is a whole word of the name; they are patterns. */
const names = {
  question: ["question", "prompt", "instruction", "query", "problem", "request", "input", "source", "user", "title", "ask", "frage"],
  answer: ["best.answer", "answer", "response", "completion", "output", "target", "reply", "solution", "assistant", "summary", "antwort"],
} as const;

/** A wrong answer is nothing to learn, and neither are marks of rows. */
const never = /\b(?:incorrect|wrong|bad|rejected|negative|false|id|uuid|url|link|index|date|score|rating|label|category|type)\b/;

/** Undefined where no two columns look like it. */
export function guessMapping(columns: readonly ColumnLook[]): Mapping | undefined {
  const usable = columns.filter(({ name, texts }) => texts > 0 && !never.test(plain(name)));
  const question = byName(usable, names.question);
  const others = usable.filter((column) => column !== question);
  const answer = byName(others, names.answer) ?? longest(others);
  const asked = question ?? longest(usable.filter((column) => column !== answer));
  if (!answer || !asked) return undefined;
  return { question: written(asked.name), answer: written(answer.name) };
}

function byName(columns: readonly ColumnLook[], known: readonly string[]): ColumnLook | undefined {
  for (const word of known) {
    const found = columns.find(({ name }) => new RegExp(`\\b${word}s?\\b`).test(plain(name)));
    if (found) return found;
  }
  return undefined;
}

function longest(columns: readonly ColumnLook[]): ColumnLook | undefined {
  return columns.toSorted((a, b) => b.length - a.length)[0];
}

/** bestAnswer, best_answer and Best-Answer are the same words. */
function plain(name: string): string {
  return name
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
    .replaceAll(/[_\W]+/gu, " ")
    .toLowerCase();
}

/** A name that reads as something else, in braces. */
function written(name: string): string {
  return /^"|[,=]|^\s|\s$/.test(name) ? `{${name}}` : name;
}
