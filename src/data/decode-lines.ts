// The bytes of a file to lines of text, as they stream in: UTF-8, or UTF-16 where a byte order mark says so. What is no text is refused
// with its line, so that the one bad character in a large file can be found.
import { AtelierError } from "../base/errors.ts";

export type NamedBlob = Blob & { readonly name: string };

/** JSON strings hold none of these as they are; U+2028 may stand in them and ends no line. */
const lineEnd = /\r\n|\n|\r/;

/**
 * @param onProgress gets the share of bytes read
 * @throws AtelierError `data/binary` where the bytes are not text.
 */
export async function* decodeLines(file: NamedBlob, onProgress?: (fraction: number) => void): AsyncGenerator<string> {
  const encoding = await encodingOf(file);
  const decoder = new TextDecoder(encoding, { fatal: true });
  const reader = file.stream().getReader();
  // A carriage return at the end of a chunk may belong to a line feed in the next one.
  let [rest, held, done] = ["", "", 0];
  for (let chunk = await reader.read(); ; chunk = await reader.read()) {
    const text = held + (await decode(file, decoder, chunk.value));
    held = !chunk.done && text.endsWith("\r") ? "\r" : "";
    // Only what is new is searched, so that a large file that is one line takes no quadratic time.
    const [start = "", ...others] = text.slice(0, text.length - held.length).split(lineEnd);
    if (others.length === 0) rest += start;
    else {
      yield rest + start;
      rest = others.pop() ?? "";
      yield* others;
    }
    if (chunk.done) break;
    done += chunk.value.byteLength;
    onProgress?.(done / file.size);
  }
  if (rest !== "") yield rest;
}

/**
 * A whole text file, with its line ends as they are.
 * @throws AtelierError `data/binary` where the bytes are not text.
 */
export async function decodeText(file: NamedBlob): Promise<string> {
  const decoder = new TextDecoder(await encodingOf(file), { fatal: true });
  const text = await decode(file, decoder, new Uint8Array(await file.arrayBuffer()));
  return text + (await decode(file, decoder, undefined));
}

async function encodingOf(file: Blob): Promise<"utf-8" | "utf-16le" | "utf-16be"> {
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
}

async function decode(file: NamedBlob, decoder: TextDecoder, bytes: Uint8Array | undefined): Promise<string> {
  let text: string | undefined;
  try {
    text = decoder.decode(bytes, { stream: bytes !== undefined });
  } catch {
    // Found below, from the start of the file: the decoder does not say where.
  }
  if (text === undefined || text.includes("\0")) throw await notText(file, decoder.encoding === "utf-8");
  return text;
}

/** As an error: the first byte of a file that is no text in UTF-8. */
export const refuseNotText = (file: NamedBlob): Promise<AtelierError> => notText(file, true);

async function notText(file: NamedBlob, isUtf8: boolean): Promise<AtelierError> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const { name } = file;
  if (!isUtf8) return new AtelierError("data/binary#utf-16", { name, line: String(faultyUtf16Line(bytes)) });
  const at = faultyByte(bytes);
  const line = 1 + countLineEnds(bytes.subarray(0, at));
  const found = bytes[at] ?? 0;
  const place = { name, line: String(line), byte: String(at + 1), found: `0x${found.toString(16).padStart(2, "0")}` };
  return new AtelierError(found === 0 ? "data/binary#zero" : "data/binary", place);
}

function countLineEnds(bytes: Uint8Array): number {
  return bytes.reduce((count, byte, at) => count + (byte === 0x0a || (byte === 0x0d && bytes[at + 1] !== 0x0a) ? 1 : 0), 0);
}

/** The index of the first byte that is zero or starts no UTF-8 character (RFC 3629, table in section 4). */
function faultyByte(bytes: Uint8Array): number {
  for (let at = 0; at < bytes.length;) {
    const lead = bytes[at] as number;
    const length = lead === 0 ? 0 : lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
    if (length === 0) return at;
    // The second byte of some leads has narrower bounds: no overlong forms, no surrogates, nothing above U+10FFFF.
    const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
    const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
    for (let next = 1; next < length; next++) {
      const byte = bytes[at + next] ?? 0;
      if (byte < (next === 1 ? low : 0x80) || byte > (next === 1 ? high : 0xbf)) return at;
    }
    at += length;
  }
  return bytes.length;
}

/** Zero units and halves of surrogate pairs are no text. */
function faultyUtf16Line(bytes: Uint8Array): number {
  const bigEndian = bytes[0] === 0xfe;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let [line, high] = [1, false];
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    const unit = view.getUint16(at, !bigEndian);
    const isLow = unit >= 0xdc00 && unit < 0xe000;
    if (unit === 0 || isLow !== high) return line;
    high = unit >= 0xd800 && unit < 0xdc00;
    if (unit === 0x0a) line++;
  }
  return line;
}
