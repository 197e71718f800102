// RFC 4180 as a stream of text: quoted cells may hold the delimiter, line ends and doubled quotes, and every row knows its line. Own code,
// since the kept libraries count rows where people look for lines.
import { RecordFault } from "../fields.ts";

export type CsvRow = { readonly line: number } & ({ readonly cells: readonly string[] } | { readonly fault: RecordFault });

type State = "start" | "plain" | "quoted" | "quote-in-quoted";

export class CsvRows {
  readonly #delimiter: string;
  /** What ends a run of text outside quotes. */
  readonly #special: RegExp;
  #cells: string[] = [];
  #cell = "";
  #state: State = "start";
  #line = 1;
  #rowLine = 1;
  #quoteLine = 1;
  #afterReturn = false;
  #fault: RecordFault | undefined;

  constructor(delimiter: string) {
    this.#delimiter = delimiter;
    this.#special = new RegExp(`[${delimiter === "|" ? "\\|" : delimiter}\\r\\n]`, "g");
  }

  *push(text: string): Generator<CsvRow> {
    for (let at = 0; at < text.length;) {
      if (this.#state === "quoted") at = this.#readQuoted(text, at);
      else if (this.#state === "start" && text[at] === '"') at = this.#openQuote(at);
      else if (this.#state === "quote-in-quoted" && text[at] === '"') at = this.#doubledQuote(at);
      else at = yield* this.#readPlain(text, at);
    }
  }

  /** The last row needs no line end. */
  *end(): Generator<CsvRow> {
    if (this.#state === "quoted") this.#fault ??= new RecordFault("data/csv#not-closed", { line: String(this.#quoteLine) });
    if (this.#state !== "start" || this.#cells.length > 0) yield* this.#closeRow();
  }

  #openQuote(at: number): number {
    this.#state = "quoted";
    this.#quoteLine = this.#line;
    this.#afterReturn = false;
    return at + 1;
  }

  #doubledQuote(at: number): number {
    this.#cell += '"';
    this.#state = "quoted";
    return at + 1;
  }

  #readQuoted(text: string, from: number): number {
    const found = text.indexOf('"', from);
    const end = found < 0 ? text.length : found;
    const part = text.slice(from, end);
    this.#cell += part;
    this.#line += this.#lineEnds(part);
    if (found < 0) return end;
    this.#afterReturn = false;
    this.#state = "quote-in-quoted";
    return end + 1;
  }

  /** A line feed after a carriage return belongs to it, in whatever part each of them comes. */
  #lineEnds(part: string): number {
    const found = (part.match(/\r\n|\r|\n/g)?.length ?? 0) - (this.#afterReturn && part.startsWith("\n") ? 1 : 0);
    if (part !== "") this.#afterReturn = part.endsWith("\r");
    return found;
  }

  *#readPlain(text: string, from: number): Generator<CsvRow, number> {
    this.#special.lastIndex = from;
    const end = this.#special.exec(text)?.index ?? text.length;
    if (end > from) {
      if (this.#state === "quote-in-quoted") this.#fault ??= new RecordFault("data/csv#after-quote", { line: String(this.#line) });
      this.#cell += text.slice(from, end);
      this.#state = "plain";
      this.#afterReturn = false;
    }
    const char = text[end];
    if (char === undefined) return end;
    if (char === this.#delimiter) {
      this.#closeCell();
      this.#afterReturn = false;
    } else if (char === "\n" && this.#afterReturn) {
      this.#afterReturn = false;
    } else {
      yield* this.#closeRow();
      this.#rowLine = ++this.#line;
      this.#afterReturn = char === "\r";
    }
    return end + 1;
  }

  #closeCell(): void {
    this.#cells.push(this.#cell);
    this.#cell = "";
    this.#state = "start";
  }

  /** A line without anything is no row. */
  *#closeRow(): Generator<CsvRow> {
    const isBlank = this.#state === "start" && this.#cells.length === 0;
    this.#closeCell();
    const [line, cells, fault] = [this.#rowLine, this.#cells, this.#fault];
    this.#cells = [];
    this.#fault = undefined;
    if (!isBlank) yield fault ? { line, fault } : { line, cells };
  }
}
