// The questions of the measure, and what makes an answer right.
import { readdirSync, readFileSync } from "node:fs";

export interface Asked {
  readonly question: string;
  /** The whole answer, or the words that it must have; empty where any whole sentence will do. */
  readonly answer: string;
}

interface Row {
  readonly messages?: readonly { readonly content: string }[];
  readonly question?: string;
  readonly prompt?: string;
  readonly answer?: string;
  readonly completion?: string;
}

/** JSON Lines in any of the formats that the samples have. */
export function asked(text: string): Asked[] {
  return text
    .trim()
    .split("\n")
    .map((line) => {
      const { messages, question, prompt, answer, completion } = JSON.parse(line) as Row;
      return {
        question: messages?.[0]?.content ?? question ?? prompt ?? "",
        answer: messages?.[1]?.content ?? answer ?? completion ?? "",
      };
    });
}

/** Every word that the sources of the model's training text write. names.py has the syllables of invented names and is left out. */
export function knownWords(folder: string): ReadonlySet<string> {
  const sources = readdirSync(folder).filter((name) => name.endsWith(".py") && name !== "names.py");
  return new Set(sources.flatMap((name) => wordsOf(readFileSync(`${folder}/${name}`, "utf8"))));
}

/** Words of an answer that are neither known nor the question's own. */
export function brokenWords(answer: string, question: string, known: ReadonlySet<string>): string[] {
  const own = new Set(wordsOf(question));
  return wordsOf(answer).filter((word) => !known.has(word) && !own.has(word));
}

/** Whether the words that are asked for are in the answer, whatever stands around them. */
export function saysKey(given: string, { answer }: Asked): boolean {
  return wordsOf(given).join("").includes(wordsOf(answer).join(""));
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
