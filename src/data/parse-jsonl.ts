// JSON Lines to examples, streaming. A bad line never spoils the good ones: it becomes an issue that names the line and
// says what to do. A file that cannot be a dataset at all is refused as a whole.
import { AtelierError } from "../base/errors.ts";
import type { DataIssue, Example, ParsedDataset } from "./example.ts";
import { acceptedKeys, datasetFormats } from "./formats.ts";

/** Larger files would not fit the memory of a tab once tokenized; sets for fine-tuning are far smaller. */
export const maxDatasetBytes = 100 * 1024 * 1024;

/** Issues kept; a file of another kind can have a fault on every one of a million lines. */
const maxIssues = 1000;

/**
 * @param onProgress gets the share of bytes read
 * @throws AtelierError `data/empty`, `data/too-large`, `data/binary`, `data/no-examples`
 */
export async function parseJsonl(file: Blob & { readonly name: string }, onProgress?: (fraction: number) => void): Promise<ParsedDataset> {
  if (file.size === 0) throw new AtelierError("data/empty", `${file.name} is empty.`, "Choose a file with one JSON object per line.");
  if (file.size > maxDatasetBytes) {
    const megabytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MB`;
    throw new AtelierError(
      "data/too-large",
      `${file.name} has ${megabytes(file.size)}; the limit is ${megabytes(maxDatasetBytes)}.`,
      "Take a part of it: a few thousand good examples are plenty for LoRA.",
    );
  }
  const collector = new Collector(file.name);
  for await (const line of lines(file, onProgress)) collector.add(line);
  return collector.finish();
}

class Collector {
  readonly #name: string;
  readonly #examples: Example[] = [];
  readonly #issues: DataIssue[] = [];
  readonly #formats = new Map<string, number>();
  #line = 0;
  #lineCount = 0;

  constructor(name: string) {
    this.#name = name;
  }

  add(text: string): void {
    this.#line++;
    if (text.trim() === "") return;
    this.#lineCount++;
    const read = readLine(text, this.#line);
    if ("code" in read) {
      if (this.#issues.length < maxIssues) this.#issues.push(read);
      return;
    }
    this.#examples.push(read.example);
    this.#formats.set(read.format, (this.#formats.get(read.format) ?? 0) + 1);
  }

  finish(): ParsedDataset {
    const [first] = this.#issues;
    if (this.#lineCount === 0)
      throw new AtelierError("data/empty", `${this.#name} has only blank lines.`, "Choose a file with one JSON object per line.");
    if (this.#examples.length === 0) {
      throw new AtelierError(
        "data/no-examples",
        `None of the ${this.#lineCount} lines of ${this.#name} is a usable example. ${first?.message ?? ""}`,
        first?.hint ?? "",
      );
    }
    const format = [...this.#formats.keys()].join(", ");
    return { name: this.#name, format, examples: this.#examples, issues: this.#issues, lineCount: this.#lineCount, ignored: {} };
  }
}

function readLine(text: string, line: number): { example: Example; format: string } | DataIssue {
  const issue = (code: string, message: string, hint: string): DataIssue => ({ line, code, message: `Line ${line} ${message}`, hint });
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch {
    return issue("data/not-json", `is not JSON: ${excerpt(text)}`, "Each line must be one complete JSON object.");
  }
  if (typeof record !== "object" || record === null || Array.isArray(record)) {
    const found = Array.isArray(record) ? "an array" : record === null ? "null" : `a ${typeof record}`;
    return issue("data/not-object", `is ${found}; expected an object.`, `One JSON object per line, with keys such as ${acceptedKeys}.`);
  }
  const fields = record as Record<string, unknown>;
  const format = datasetFormats.find(({ accepts }) => accepts(fields));
  if (!format) {
    const keys =
      Object.keys(fields)
        .map((key) => `"${key}"`)
        .join(", ") || "none";
    return issue("data/unknown-keys", `has the keys ${keys}, which are no known format.`, `Use ${acceptedKeys}.`);
  }
  const messages = format.read(fields);
  if (typeof messages === "string") return issue("data/bad-field", messages, `This line was read as ${format.name}.`);
  return { example: { kind: "chat", line, messages }, format: format.name };
}

/** @throws AtelierError `data/binary` where the bytes are not UTF-8 text. */
async function* lines(file: Blob & { readonly name: string }, onProgress?: (fraction: number) => void): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const reader = file.stream().getReader();
  let [rest, done] = ["", 0];
  const decode = (bytes?: Uint8Array): string => {
    try {
      const text = bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
      if (!text.includes("\0")) return text;
    } catch {
      // Not UTF-8: the same refusal as a zero byte.
    }
    throw new AtelierError(
      "data/binary",
      `${file.name} is not a text file: near byte ${done} it holds data that is not UTF-8 text.`,
      "Choose a JSONL file saved as UTF-8.",
    );
  };
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    // Only what is new is searched, so that a large file that is one line takes no quadratic time.
    const [start = "", ...others] = decode(chunk.value).split("\n");
    done += chunk.value.byteLength;
    if (others.length === 0) rest += start;
    else {
      yield rest + start;
      rest = others.pop() ?? "";
      yield* others;
    }
    onProgress?.(done / file.size);
  }
  rest += decode();
  if (rest !== "") yield rest;
}

function excerpt(text: string): string {
  const start = text.trim().slice(0, 60);
  return start.length < text.trim().length ? `${start}…` : start;
}
