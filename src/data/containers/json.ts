// JSON as people have it: one object a line, an array, or objects over several lines. Objects that hold all records in one are unwrapped by
// whoever collects them.
import { decodeLines } from "../decode-lines.ts";
import { ValueReader, type FoundValue } from "../read-values.ts";
import type { Container, FileStart } from "./container.ts";

export const json: Container = {
  name: "json",
  extensions: ["json", "jsonl", "ndjson"],
  is: startsAsJson,
  open(file, onProgress) {
    const reader = new ValueReader();
    const values = async function* (): AsyncGenerator<FoundValue> {
      for await (const line of decodeLines(file, onProgress)) yield* reader.push(line);
      yield* reader.end();
    };
    return { unit: () => reader.unit, details: [], values: values() };
  },
};

/** As an object starts, or a list of them. Faults come later, with their places. */
function startsAsJson({ text = "" }: FileStart): boolean {
  return /^\s*(?:\{\s*["}]|\[\s*\{)/.test(text.slice(0, 4096));
}
