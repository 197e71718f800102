// Lines to JSON values, whatever their layout: one value a line, an array of objects, or objects that span lines. Only the value at hand is
// held. A broken value costs itself: reading goes on at the next line that starts an object with the same indentation.
import { words } from "../words/message.ts";
import { excerptAt } from "./excerpt.ts";
import { RecordFault } from "./fields.ts";
import { JsonScanner, skipBlanks, type Scan } from "./json-scanner.ts";

/** `place` is the number of the line, or, where lines do not tell objects apart, of the object. */
export type FoundValue =
  | { readonly place: number; readonly value: unknown; readonly text?: string }
  | { readonly place: number; readonly fault: RecordFault };

type Place = "start" | "between" | "array-start" | "array-element" | "array-more";
type Broken = Extract<Scan, { kind: "broken" }>;
/** Whether what follows could not be read either is known later than the fault. */
type FaultOf = (isRestLost: boolean) => RecordFault;

interface Unfinished {
  readonly scanner: JsonScanner;
  readonly startLine: number;
  readonly indent: string;
  /** The lines so far, the first one from where the value starts. */
  readonly pieces: string[];
}

/** After a broken value: where reading can go on, and the fault, which is told once it is known whether reading went on. */
interface Lost {
  readonly indent: string;
  readonly place: number;
  readonly fault: FaultOf;
  skipped: boolean;
}

export class ValueReader {
  #place: Place = "start";
  #unit: "line" | "object" = "line";
  #line = 0;
  #count = 0;
  #unfinished: Unfinished | undefined;
  #lost: Lost | undefined;

  /** What `place` counts. Known once the first value was found. */
  get unit(): "line" | "object" {
    return this.#unit;
  }

  *push(text: string): Generator<FoundValue> {
    this.#line++;
    if (text.trim() === "") {
      // Not as it is: blanks that JSON does not know are no harm on a line of their own.
      this.#unfinished?.pieces.push("");
      return;
    }
    if (this.#lost) {
      const goesOn = startsObject(text, this.#lost.indent);
      this.#lost.skipped ||= !goesOn && text.includes("{");
      if (!goesOn) return;
      yield* this.#tellLost(false);
    }
    // Files that were joined have byte order marks within.
    yield* this.#scan(text, !this.#unfinished && text.startsWith("\uFEFF") ? 1 : 0);
  }

  /** What is left where the file ends. */
  *end(): Generator<FoundValue> {
    if (this.#unfinished) {
      const { startLine, pieces } = this.#unfinished;
      const fault: FaultOf = (isRestLost) =>
        new RecordFault("data/not-json#not-complete", { start: String(startLine), lost: isRestLost ? "rest" : "other" });
      yield* this.#break(fault, "", pieces.slice(1));
      yield* this.end();
    } else if (this.#lost) yield* this.#tellLost(this.#lost.skipped);
    else if (this.#place.startsWith("array")) yield { place: ++this.#count, fault: new RecordFault("data/not-json#missing") };
  }

  *#scan(text: string, from: number): Generator<FoundValue> {
    for (let at = skipBlanks(text, from); at < text.length; at = skipBlanks(text, at)) {
      const next = this.#unfinished ? at : this.#punctuation(text, at);
      if (typeof next !== "number") {
        yield* this.#breakAt(next, text);
        return;
      }
      if (next > at) {
        at = next;
        continue;
      }
      const scan = this.#continue(text, at);
      if (scan.kind === "open") return;
      if (scan.kind === "broken") {
        yield* this.#breakAt(scan, text);
        return;
      }
      const rest = skipBlanks(text, scan.end);
      if (!this.#place.startsWith("array") && rest < text.length && text[rest] !== "{") {
        yield* this.#breakAt({ kind: "broken", at: rest, why: words("json/after-value") }, text);
        return;
      }
      yield this.#close(text, at, scan.end);
      at = scan.end;
    }
  }

  /** The index behind a bracket or comma of the array around the objects, or `at` where a value is to come. */
  #punctuation(text: string, at: number): number | Broken {
    const char = text[at];
    const to = (place: Place): number => {
      this.#place = place;
      return at + 1;
    };
    if (char === "[" && (this.#place === "start" || (this.#place === "between" && this.#unit === "object"))) {
      this.#unit = "object";
      return to("array-start");
    }
    if (char === "]" && (this.#place === "array-start" || this.#place === "array-more")) return to("between");
    if (this.#place !== "array-more") return at;
    return char === "," ? to("array-element") : { kind: "broken", at, why: words("json/comma-missing") };
  }

  #continue(text: string, at: number): Scan {
    this.#unfinished ??= { scanner: new JsonScanner(), startLine: this.#line, indent: indentOf(text), pieces: [] };
    const scan = this.#unfinished.scanner.scan(text, at);
    if (scan.kind === "open") this.#unfinished.pieces.push(text.slice(at));
    return scan;
  }

  #close(text: string, from: number, end: number): FoundValue {
    const { scanner, startLine, pieces } = this.#unfinished as Unfinished;
    const whole = [...pieces, text.slice(from, end)].join("\n");
    if (this.#place === "start" && (startLine !== this.#line || skipBlanks(text, end) < text.length)) this.#unit = "object";
    this.#place = this.#place.startsWith("array") ? "array-more" : "between";
    this.#unfinished = undefined;
    this.#count++;
    const place = this.#unit === "line" ? startLine : this.#count;
    if (scanner.twice === undefined) return { place, value: JSON.parse(whole) as unknown, text: whole };
    return { place, fault: new RecordFault("data/not-json#key-twice", { key: excerptAt(scanner.twice) }) };
  }

  /** Says in which line a value broke that spans lines or stands among others. */
  #breakAt({ at, why }: Broken, text: string): Generator<FoundValue> {
    const { startLine, pieces } = this.#unfinished ?? { startLine: this.#line, pieces: [] };
    const inArray = this.#place.startsWith("array");
    const found = { excerpt: excerptAt(text, at), column: String(at + 1), why };
    const line = String(this.#line);
    const isLineLost = inArray && text.includes("{", at);
    const fault: FaultOf = (isRestLost) =>
      inArray || startLine !== this.#line || this.#unit === "object"
        ? new RecordFault("data/not-json#in-line", { ...found, line, lost: lostOf(isLineLost, isRestLost) })
        : new RecordFault("data/not-json", found);
    return this.#break(fault, text, pieces.length === 0 ? [] : [...pieces.slice(1), text]);
  }

  /** `again` are the lines after the value's first: the value may have swallowed good ones because its first lacks a bracket. */
  *#break(fault: FaultOf, text: string, again: readonly string[]): Generator<FoundValue> {
    const { startLine, indent } = this.#unfinished ?? { startLine: this.#line, indent: indentOf(text) };
    const inArray = this.#place.startsWith("array");
    if (this.#place === "start" && startLine !== this.#line && !again.some((line) => startsObject(line, indent))) this.#unit = "object";
    this.#count++;
    const place = this.#unit === "line" ? startLine : this.#count;
    const alone = startLine === this.#line && !inArray;
    this.#place = inArray ? "array-element" : "between";
    this.#unfinished = undefined;
    if (alone) yield { place, fault: fault(false) };
    else this.#lost = { indent, place, fault, skipped: false };
    this.#line = startLine;
    for (const line of again) yield* this.push(line);
  }

  *#tellLost(isRestLost: boolean): Generator<FoundValue> {
    const { place, fault } = this.#lost as Lost;
    this.#lost = undefined;
    yield { place, fault: fault(isRestLost) };
  }
}

function lostOf(isLineLost: boolean, isRestLost: boolean): "line" | "rest" | "both" | "other" {
  if (isLineLost) return isRestLost ? "both" : "line";
  return isRestLost ? "rest" : "other";
}

function indentOf(text: string): string {
  return text.slice(0, skipBlanks(text, 0));
}

function startsObject(text: string, indent: string): boolean {
  return text.startsWith(`${indent}{`);
}
