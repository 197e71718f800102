// Tables as text: the first row names the columns, and each row after it is a record at the line where it starts.
import { AtelierError } from "../../base/errors.ts";
import { isRecord, type Json } from "../../base/json.ts";
import { words } from "../../words/message.ts";
import type { NamedBlob } from "../decode-lines.ts";
import { excerptAt } from "../excerpt.ts";
import { Fields, RecordFault } from "../fields.ts";
import { formatOf } from "../formats.ts";
import type { FoundValue } from "../read-values.ts";
import type { Container, FileStart } from "./container.ts";
import { CsvRows, type CsvRow } from "./csv-rows.ts";
import { decodeParts, detectEncoding, type Encoding } from "./text-encoding.ts";

const delimiters = [",", ";", "\t", "|"] as const;
type Delimiter = (typeof delimiters)[number];

/** Rows that are looked at to tell a delimiter. */
const lookedAt = 50;
/** Characters that are. */
const startLength = 65_536;

export const csv: Container = {
  name: "csv",
  extensions: ["csv", "tsv", "tab"],
  is: isTable,
  async open(file, onProgress) {
    const encoding = await detectEncoding(file);
    const delimiter = delimiterOf(startRows(await startText(file, encoding), file.size > startLength));
    const named = words("container/table", {
      delimiter: delimiter === "\t" ? words("container/tab") : `"${delimiter}"`,
      encoding: encoding.toUpperCase(),
    });
    return { unit: () => "line", details: [named], values: readTable(file, encoding, delimiter, onProgress) };
  },
};

type Table = Readonly<Record<Delimiter, readonly (readonly string[])[]>>;

async function startText(file: NamedBlob, encoding: Encoding): Promise<string> {
  return new TextDecoder(encoding).decode(await file.slice(0, startLength).arrayBuffer());
}

/** The first rows as each delimiter would have them; a last one that is cut is left out. */
function startRows(text: string, isCut: boolean): Table {
  const rowsBy = (delimiter: Delimiter): readonly (readonly string[])[] => {
    const reader = new CsvRows(delimiter);
    const rows = [...reader.push(text), ...(isCut ? [] : reader.end())];
    return rows.slice(0, lookedAt).flatMap((row) => ("cells" in row ? [row.cells] : []));
  };
  return { ",": rowsBy(","), ";": rowsBy(";"), "\t": rowsBy("\t"), "|": rowsBy("|") };
}

/** The one that cuts most rows into as many cells as the first has; a table of one column has none. */
function delimiterOf(table: Table): Delimiter {
  const scored = delimiters.map((delimiter) => {
    const [header = [], ...rows] = table[delimiter];
    const alike = rows.filter(({ length }) => length === header.length).length / Math.max(1, rows.length);
    return { delimiter, width: header.length, alike: rows.length === 0 ? 1 : alike };
  });
  const [best] = scored.filter(({ width }) => width > 1).toSorted((a, b) => b.alike - a.alike || b.width - a.width);
  return best?.delimiter ?? ",";
}

/** By content alone a text is a table where every row is as wide as the first, and that one names columns that are known. */
function isTable({ text, isCut }: FileStart): boolean {
  if (text === undefined) return false;
  const table = startRows(text, isCut);
  const [header, ...rows] = table[delimiterOf(table)];
  if (!header || header.length < 2 || rows.length === 0) return false;
  if (rows.some(({ length }) => length !== header.length)) return false;
  return formatOf(new Fields(Object.fromEntries(header.map((name) => [name, "…"])))) !== undefined;
}

async function* readTable(
  file: NamedBlob,
  encoding: Encoding,
  delimiter: Delimiter,
  onProgress: ((fraction: number) => void) | undefined,
): AsyncGenerator<FoundValue> {
  const reader = new CsvRows(delimiter);
  let columns: readonly string[] | undefined;
  const records = function* (rows: Iterable<CsvRow>): Generator<FoundValue> {
    for (const row of rows) {
      if (columns) yield recordOf(row, columns);
      else columns = columnsOf(row, file.name);
    }
  };
  for await (const text of decodeParts(file, encoding, onProgress)) yield* records(reader.push(text));
  yield* records(reader.end());
}

/** @throws AtelierError `data/csv-header` where columns cannot be told apart. */
function columnsOf(row: CsvRow, name: string): readonly string[] {
  const line = String(row.line);
  if ("fault" in row) throw new AtelierError("data/csv-header", { name, line });
  const columns = row.cells.map((cell, at) => cell.trim() || `#${at + 1}`);
  const twice = columns.find((column, at) => columns.indexOf(column) !== at);
  if (twice !== undefined) throw new AtelierError("data/csv-header#twice", { name, line, column: excerptAt(twice) });
  return columns;
}

function recordOf(row: CsvRow, columns: readonly string[]): FoundValue {
  const place = row.line;
  if ("fault" in row) return { place, fault: row.fault };
  const { cells } = row;
  if (cells.length !== columns.length) {
    return { place, fault: new RecordFault("data/csv#ragged", { count: cells.length, expected: columns.length }) };
  }
  return { place, value: Object.fromEntries(columns.map((column, at) => [column, cellValue(cells[at] ?? "")])) };
}

/**
 * Tables store lists of turns and pairs as JSON. Other JSON stays text: an answer that is JSON is learned as it is written.
 */
function cellValue(cell: string): unknown {
  if (!/^\s*\[\s*[{[]/.test(cell)) return cell;
  let value: unknown;
  try {
    value = JSON.parse(cell);
  } catch {
    return cell;
  }
  return Array.isArray(value) && (value.every(isTurn) || value.every(isPair)) ? value : cell;
}

function isTurn(value: unknown): value is Json {
  return isRecord(value) && ["role", "from"].some((key) => typeof value[key] === "string");
}

function isPair(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && value.every((text) => typeof text === "string");
}
