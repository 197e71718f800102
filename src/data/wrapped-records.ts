// One object that holds all records of a file: under a key, as a list for each column, or as pandas writes columns by default.
import { isRecord, type Json } from "../base/json.ts";
import { AtelierError } from "../base/errors.ts";
import { commas, words, type Words } from "../words/message.ts";
import { excerptAt } from "./excerpt.ts";
import { isEmpty } from "./fields.ts";

export interface Unwrapped {
  readonly records: readonly unknown[];
  /** How they were wrapped. */
  readonly detail: Words;
  /** Keys beside them that have content. */
  readonly beside: readonly string[];
}

/** Keys of an object whose values are lists of objects. */
export function recordLists(object: Json): readonly string[] {
  return Object.keys(object).filter((key) => isListOfObjects(object[key]));
}

/** {"data": [{…}, …]}: undefined where there is no such list, or more than one. */
export function recordsUnderKey(object: Json): Unwrapped | undefined {
  const [list, ...others] = recordLists(object);
  if (list === undefined || others.length > 0) return undefined;
  return {
    records: object[list] as readonly Json[],
    detail: words("container/under-key", { key: excerptAt(list) }),
    beside: Object.keys(object).filter((key) => key !== list && !isEmpty(object[key])),
  };
}

/** {"question": ["…", …], "answer": ["…", …]}, or {"question": {"0": "…", …}, …}. */
export function looksLikeColumns(object: Json): boolean {
  const columns = Object.values(object);
  if (columns.length === 0 || !columns.every((column) => Array.isArray(column) || isIndexed(column))) return false;
  const cells = columns.map((column): readonly unknown[] => Object.values(column as object));
  // Objects within a list are turns or tools of one record.
  if (cells.some((list) => list.some(isRecord))) return false;
  return cells.some((list) => list.length > 0 && list.every((cell) => typeof cell === "string"));
}

/** @throws AtelierError `data/uneven-columns` */
export function recordsOfColumns(object: Json, name: string): Unwrapped {
  const columns = Object.entries(object).map(([key, column]) => [key, Object.values(column as object) as readonly unknown[]] as const);
  const count = columns[0]?.[1].length ?? 0;
  if (columns.some(([, { length }]) => length !== count)) {
    const lengths = commas(
      columns.slice(0, 8).map(([key, { length }]) => words("container/column-length", { key: excerptAt(key), count: length })),
    );
    throw new AtelierError("data/uneven-columns", { name, lengths });
  }
  const records = Array.from({ length: count }, (_, at) => Object.fromEntries(columns.map(([key, cells]) => [key, cells[at]])));
  return { records, detail: words("container/columns"), beside: [] };
}

/** The keys are places. */
function isIndexed(value: unknown): boolean {
  return isRecord(value) && Object.keys(value).length > 0 && Object.keys(value).every((key, at) => key === String(at));
}

function isListOfObjects(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(isRecord);
}
