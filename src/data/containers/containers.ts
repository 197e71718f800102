// The containers that datasets come in, as a table. Adding one is adding a row and a file. The content decides first, then the
// name; the first row wins.
import { AtelierError } from "../../base/errors.ts";
import type { NamedBlob } from "../decode-lines.ts";
import type { Container, FileStart } from "./container.ts";
import { csv } from "./csv.ts";
import { json } from "./json.ts";
import { markdown, plainText } from "./plain-text.ts";

const containers: readonly Container[] = [json, csv, markdown, plainText];

const startBytes = 65_536;

/** What is no container, by how it starts. */
const otherKinds: readonly (readonly [start: string, kind: string])[] = [
  ["%PDF", "PDF"],
  ["PAR1", "Parquet"],
  ["\x1f\x8b", "gzip"],
  ["\x89PNG", "PNG"],
  ["\xff\xd8\xff", "JPEG"],
  ["SQLite", "SQLite"],
  ["ARROW1", "Arrow"],
  ["Rar!", "RAR"],
  ["7z\xbc\xaf", "7-Zip"],
];

/** @throws AtelierError `data/container` where it is none of them; a file of no known kind is read as JSON, which says what is wrong. */
export async function containerOf(file: NamedBlob): Promise<Container> {
  const start = await startOf(file);
  const extension = /\.([^./\\]+)$/.exec(file.name)?.[1]?.toLowerCase() ?? "";
  const found = containers.find(({ is }) => is(start)) ?? containers.find(({ extensions }) => extensions.includes(extension));
  const other = otherKinds.find(([sign]) => sign.split("").every((char, at) => start.bytes[at] === char.charCodeAt(0)));
  if (other) throw new AtelierError("data/container", { name: file.name, kind: other[1] });
  return found ?? json;
}

async function startOf(file: NamedBlob): Promise<FileStart> {
  const bytes = new Uint8Array(await file.slice(0, startBytes).arrayBuffer());
  const isCut = file.size > bytes.length;
  return { bytes, text: textOf(bytes), isCut };
}

function textOf(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes;
  const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  const text = new TextDecoder(isUtf16 ? (first === 0xff ? "utf-16le" : "utf-16be") : "utf-8").decode(bytes);
  return text.includes("\0") ? undefined : text;
}
