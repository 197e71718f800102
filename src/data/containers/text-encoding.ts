// The encoding of a text file, told from all of its bytes: tables come from spreadsheets, which write more than UTF-8. What could be two
// things is refused with its place, since a wrong guess would be learned as it looks.
import { AtelierError } from "../../base/errors.ts";
import { refuseNotText, type NamedBlob } from "../decode-lines.ts";

export const encodings = ["utf-8", "utf-16le", "utf-16be", "windows-1252"] as const;
export type Encoding = (typeof encodings)[number];

/** @throws AtelierError `data/binary` */
export async function detectEncoding(file: NamedBlob): Promise<Encoding> {
  const start = new Uint8Array(await file.slice(0, 512).arrayBuffer());
  const utf16 = utf16Of(start);
  if (utf16) return utf16;
  if (await isUtf8(file)) return "utf-8";
  // Where some characters are UTF-8, a byte that is not is a fault of this file, and no other encoding.
  if (await isWindows1252(file)) return "windows-1252";
  throw await refuseNotText(file);
}

/** The text of a file in parts. @throws AtelierError `data/binary` */
export async function* decodeParts(file: NamedBlob, encoding: Encoding, onProgress?: (fraction: number) => void): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  let done = 0;
  for await (const bytes of partsOf(file)) {
    yield decoded(file, decoder, bytes);
    done += bytes.byteLength;
    onProgress?.(done / file.size);
  }
  yield decoded(file, decoder, undefined);
}

function decoded({ name }: NamedBlob, decoder: TextDecoder, bytes: Uint8Array | undefined): string {
  try {
    return decoder.decode(bytes, { stream: bytes !== undefined });
  } catch (cause) {
    throw new AtelierError("data/binary#encoding", { name, encoding: decoder.encoding }, { cause });
  }
}

async function* partsOf(file: Blob): AsyncGenerator<Uint8Array> {
  const reader = file.stream().getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
}

/** By its byte order mark; without one by the zero bytes beside the letters of a file that is text. */
function utf16Of(start: Uint8Array): Encoding | undefined {
  const [first, second] = start;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  const units = Math.floor(start.length / 2);
  if (units < 2) return undefined;
  const zeros = (offset: number): number => start.reduce((sum, byte, at) => sum + (at % 2 === offset && byte === 0 ? 1 : 0), 0);
  const [even, odd] = [zeros(0), zeros(1)];
  if (even === 0 && odd > 0.7 * units) return "utf-16le";
  return odd === 0 && even > 0.7 * units ? "utf-16be" : undefined;
}

async function isUtf8(file: Blob): Promise<boolean> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    for await (const bytes of partsOf(file)) if (decoder.decode(bytes, { stream: true }).includes("\0")) return false;
    decoder.decode();
    return true;
  } catch {
    return false;
  }
}

/** Bytes that Windows-1252 leaves open, and control characters that no text has. */
const noText = new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 0x0e, 0x0f, 0x7f, 0x81, 0x8d, 0x8f, 0x90, 0x9d]);

async function isWindows1252(file: Blob): Promise<boolean> {
  const decoder = new TextDecoder("utf-8");
  for await (const bytes of partsOf(file)) {
    if (bytes.some((byte) => noText.has(byte))) return false;
    // oxlint-disable-next-line no-control-regex -- all of ASCII is meant
    if (/[^\u0000-\u007f\ufffd]/.test(decoder.decode(bytes, { stream: true }))) return false;
  }
  return true;
}
