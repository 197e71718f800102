// Tokens back to text, as tokenizer.json says.
import { fromByteLetters } from "./byte-letters.ts";
import { isRecord, requireList, requireRecord, requireText, unknownPart, type Json } from "./file-json.ts";
import { compilePattern } from "./patterns.ts";

type Decode = (tokens: readonly string[]) => readonly string[];

/** U+FEFF is a character like others here, not a mark to be dropped. */
const lossy = new TextDecoder("utf-8", { ignoreBOM: true });
const strict = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });

const decoders: Readonly<Record<string, (step: Json) => Decode>> = {
  ByteLevel: () => (tokens) => [lossy.decode(Uint8Array.from(tokens.flatMap((token) => [...fromByteLetters(token)])))],
  ByteFallback: () => joinBytes,
  Fuse: () => (tokens) => [tokens.join("")],
  Replace: (step) => {
    const pattern = compilePattern(step["pattern"]);
    const content = requireText(step["content"], "what a decoder puts in");
    return (tokens) => tokens.map((token) => token.replaceAll(pattern, () => content));
  },
  Strip: (step) => {
    const content = requireText(step["content"], "what a decoder strips");
    const [start, stop] = [step["start"], step["stop"]].map((count) => (typeof count === "number" ? count : 0));
    return (tokens) => tokens.map((token) => stripped(token, content, start ?? 0, stop ?? 0));
  },
  Metaspace: (step) => {
    const mark = requireText(step["replacement"] ?? "▁", "the replacement of Metaspace");
    const isPrefixed = (step["prepend_scheme"] ?? (step["add_prefix_space"] === false ? "never" : "always")) !== "never";
    return (tokens) => tokens.map((token, at) => token.replaceAll(mark, at === 0 && isPrefixed ? "" : " "));
  },
  BPEDecoder: (step) => {
    const suffix = requireText(step["suffix"] ?? "</w>", "the suffix of a decoder");
    return (tokens) => tokens.map((token, at) => token.replaceAll(suffix, at === tokens.length - 1 ? "" : " "));
  },
  Sequence: (step) => {
    const steps = requireList(step["decoders"], "a sequence of decoders").map(openStep);
    return (tokens) => steps.reduce((changed, decode) => decode(changed), tokens);
  },
};

/** Without a decoder, tokens are put together with spaces. @throws AtelierError `tokens/tokenizer-invalid` */
export function openDecoder(step: unknown): (tokens: readonly string[]) => string {
  if (step === null || step === undefined) return (tokens) => tokens.join(" ");
  const decode = openStep(step);
  return (tokens) => decode(tokens).join("");
}

function openStep(step: unknown): Decode {
  const { type } = requireRecord(step, "a decoder");
  const open = typeof type === "string" && Object.hasOwn(decoders, type) ? decoders[type] : undefined;
  if (!open || !isRecord(step)) throw unknownPart("decoder", type);
  return open(step);
}

/** Runs of tokens <0x00> … <0xFF> are UTF-8; a run that is none becomes one U+FFFD a byte. */
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

function stripped(token: string, content: string, start: number, stop: number): string {
  const characters = Array.from(token);
  let [from, to] = [0, characters.length];
  while (from < start && characters[from] === content) from++;
  while (characters.length - to < stop && to > from && characters[to - 1] === content) to--;
  return characters.slice(from, to).join("");
}
