// Tokens back to text through the decoders of transformers.js, three of which are mended: Rust's ByteFallback puts one U+FFFD for
// each byte of a run that is no UTF-8 and keeps U+FEFF, its ByteLevel joins the bytes of added tokens with those beside them, and
// its Metaspace drops every mark of the first token.
import type { Json } from "../../base/json.ts";
import { words } from "../../words/message.ts";
import { inByteLetters } from "./byte-letters.ts";
import { requireText } from "./file-json.ts";
import { schemeOf } from "./published-steps.ts";

export type Decode = (tokens: string[]) => string[];

/** By the type of the step, from what transformers.js does. */
export const decoderMends: Readonly<Record<string, (step: Json, decode: Decode) => Decode>> = {
  ByteLevel: (_step, decode) => (tokens) => decode(tokens.map(inByteLetters)),
  ByteFallback: () => joinBytes,
  Metaspace: (step) => {
    const mark = requireText(step["replacement"] ?? "▁", words("tokens/replacement-of-metaspace"));
    const isPrefixed = schemeOf(step) !== "never";
    return (tokens) => tokens.map((token, at) => token.replaceAll(mark, at === 0 && isPrefixed ? "" : " "));
  },
};

const strict = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });

/** Runs of tokens <0x00> … <0xFF> are UTF-8. */
function joinBytes(tokens: readonly string[]): string[] {
  const result: string[] = [];
  let bytes: number[] = [];
  const flush = (): void => {
    if (bytes.length > 0) result.push(...utf8(bytes));
    bytes = [];
  };
  for (const token of tokens) {
    const hex = /^<0x([\dA-Fa-f]{2})>$/.exec(token)?.[1];
    if (hex !== undefined) bytes.push(Number.parseInt(hex, 16));
    else {
      flush();
      result.push(token);
    }
  }
  flush();
  return result;
}

function utf8(bytes: readonly number[]): string[] {
  try {
    return [strict.decode(Uint8Array.from(bytes))];
  } catch {
    return bytes.map(() => "\uFFFD");
  }
}
