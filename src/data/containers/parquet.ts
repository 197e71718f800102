// Parquet, by hyparquet, which is loaded where such a file comes. Row groups are read one at a time.
import { AtelierError } from "../../base/errors.ts";
import type { NamedBlob } from "../decode-lines.ts";
import type { FoundValue } from "../read-values.ts";
import type { Container } from "./container.ts";
import { cellValue } from "./csv.ts";

const magic = "PAR1";

/** Of what is unpacked; a small file may claim more than a tab holds. */
const maxUnpackedBytes = 1_000_000_000;

export const parquet: Container = {
  name: "parquet",
  is: ({ bytes, extension }) => startsWith(bytes, magic) || (extension === "parquet" && bytes.length > 0),
  open: (file, onProgress) => ({ unit: () => "object", details: [], values: readRows(file, onProgress) }),
};

export function startsWith(bytes: Uint8Array, text: string): boolean {
  return [...text].every((char, at) => bytes[at] === char.charCodeAt(0));
}

async function* readRows(file: NamedBlob, onProgress: ((fraction: number) => void) | undefined): AsyncGenerator<FoundValue> {
  const [{ parquetMetadataAsync, parquetReadObjects }, { compressors }] = await Promise.all([
    import("hyparquet"),
    import("hyparquet-compressors"),
  ]);
  const buffer = {
    byteLength: file.size,
    slice: (from: number, to?: number): Promise<ArrayBuffer> => file.slice(from, to).arrayBuffer(),
  };
  const metadata = await unlessBroken(file, 1, () => parquetMetadataAsync(buffer));
  const unpacked = metadata.row_groups.reduce((sum, { total_byte_size: size }) => sum + Number(size), 0);
  if (unpacked > maxUnpackedBytes) throw new AtelierError("data/too-large", { name: file.name, size: unpacked, limit: maxUnpackedBytes });
  let done = 0;
  for (const { num_rows: count } of metadata.row_groups) {
    const rowEnd = done + Number(count);
    const rowStart = done;
    const rows = await unlessBroken(file, rowStart + 1, () => parquetReadObjects({ file: buffer, metadata, compressors, rowStart, rowEnd }));
    for (const [at, row] of rows.entries()) yield { place: rowStart + at + 1, value: plainRow(row) };
    done = rowEnd;
    onProgress?.(done / Math.max(1, Number(metadata.num_rows)));
  }
}

/** @param row the first one that is lost, from 1 */
async function unlessBroken<T>({ name }: NamedBlob, row: number, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new AtelierError("data/parquet-broken", { name, row: String(row), why: why.slice(0, 200) }, { cause });
  }
}

/** As JSON would have it. A whole number beyond what a double holds exactly is written out. */
function plainRow(row: Readonly<Record<string, unknown>>): unknown {
  return Object.fromEntries(Object.entries(row).map(([key, value]) => [key, typeof value === "string" ? cellValue(value) : plain(value)]));
}

function plain(value: unknown): unknown {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (Array.isArray(value)) return value.map(plain);
  if (ArrayBuffer.isView(value)) return { bytes: value.byteLength };
  if (typeof value !== "object" || value === null) return value;
  // Structs have a key for each field, null where a row has none.
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}
