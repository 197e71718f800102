// Tokens back to text, one by one: what is said is never taken back, and all of it together is what the whole gives, so that an answer
// costs what its tokens cost. Steps that look at one token are those of transformers.js. Three are mended, by the published
// implementation (the Rust crate tokenizers): its ByteFallback puts one U+FFFD for each byte of a run that is no UTF-8 and keeps U+FEFF,
// its ByteLevel joins the bytes of added tokens with those beside them, and its Metaspace drops every mark of the first token.
import type { Json } from "../../base/json.ts";
import { words } from "../../words/message.ts";
import { bytesOfToken } from "./byte-letters.ts";
import { requireText, unknownPart, quoted } from "./file-json.ts";
import { schemeOf } from "./published-steps.ts";

/** A step of a decoder as transformers.js has it. */
export interface DecoderStep {
  readonly config: Json;
  decode_chain(tokens: string[]): string[];
}

/** Texts of tokens as they come: joined, and with what is said at the end, they are the text of all. */
export interface TextStream {
  readonly push: (id: number) => string;
  readonly end: () => string;
}

/**
 * @param steps null: a file without a decoder has spaces between its tokens
 * @param tokenOf ids without a token have no text
 */
export function openStream(steps: readonly DecoderStep[] | null, tokenOf: (id: number) => string | undefined): TextStream {
  const flow = decodeFlow(steps);
  const push = (id: number): string => {
    const token = tokenOf(id);
    return token === undefined ? "" : flow.push(token).join("");
  };
  return { push, end: () => flow.end().join("") };
}

export function decodeAll({ push, end }: TextStream, ids: readonly number[]): string {
  return ids.map(push).join("") + end();
}

/** Gives what is certain, whatever comes after it. */
interface DecodeFlow {
  readonly push: (token: string) => readonly string[];
  readonly end: () => readonly string[];
}

function decodeFlow(steps: readonly DecoderStep[] | null): DecodeFlow {
  if (steps === null) return spaced();
  const flows: DecodeFlow[] = [];
  let isFused = false;
  for (const step of steps) {
    const type = String(step.config["type"]);
    flows.push(isFused ? fusedFlow(step, type) : flowOf(step, type));
    isFused ||= type === "Fuse" || type === "ByteLevel";
  }
  return {
    push: (token) => flows.reduce<readonly string[]>((pieces, flow) => pieces.flatMap(flow.push), [token]),
    end: () => flows.reduce<readonly string[]>((pieces, flow) => [...pieces.flatMap(flow.push), ...flow.end()], []),
  };
}

function flowOf(step: DecoderStep, type: string): DecodeFlow {
  switch (type) {
    case "ByteLevel":
      return byteLevel();
    case "ByteFallback":
      return byteFallback();
    case "Metaspace":
      return metaspace(step.config);
    case "BPEDecoder":
      return knowingTheLast(step);
    case "Replace":
    case "Strip":
      return eachAlone((token) => step.decode_chain([token]));
    case "Fuse":
      return eachAlone((token) => [token]);
    default:
      throw unknownPart("decoder", quoted(type));
  }
}

/** From the step that joins all tokens on there is one token, which comes in pieces. */
function fusedFlow(step: DecoderStep, type: string): DecodeFlow {
  switch (type) {
    case "Fuse":
      return flowOf(step, type);
    case "Strip":
      return strippedPieces(step.config);
    // No published file looks at the whole text; one that does hears it at the end.
    default:
      return atTheEnd(flowOf(step, type));
  }
}

const eachAlone = (push: (token: string) => readonly string[]): DecodeFlow => ({ push, end: () => [] });

function spaced(): DecodeFlow {
  let space = "";
  return eachAlone((token) => {
    const said = space + token;
    space = " ";
    return [said];
  });
}

function byteLevel(): DecodeFlow {
  // It holds back the bytes of a letter that is not whole.
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  return {
    push: (token) => [decoder.decode(bytesOfToken(token), { stream: true })],
    end: () => [decoder.decode()],
  };
}

const strict = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });

/** Runs of tokens <0x00> … <0xFF> are UTF-8; the last byte of a run may still make all of it invalid. */
function byteFallback(): DecodeFlow {
  let run: number[] = [];
  const end = (): readonly string[] => {
    const bytes = run;
    run = [];
    return bytes.length === 0 ? [] : utf8(bytes);
  };
  const push = (token: string): readonly string[] => {
    const hex = /^<0x([\dA-Fa-f]{2})>$/.exec(token)?.[1];
    if (hex === undefined) return [...end(), token];
    run.push(Number.parseInt(hex, 16));
    return [];
  };
  return { push, end };
}

function utf8(bytes: readonly number[]): string[] {
  try {
    return [strict.decode(Uint8Array.from(bytes))];
  } catch {
    return bytes.map(() => "\uFFFD");
  }
}

function metaspace(config: Json): DecodeFlow {
  const mark = requireText(config["replacement"] ?? "▁", words("tokens/replacement-of-metaspace"));
  let space = schemeOf(config) === "never" ? " " : "";
  return eachAlone((token) => {
    const said = token.replaceAll(mark, space);
    space = " ";
    return [said];
  });
}

/** The last token is decoded otherwise than those before it. */
function knowingTheLast(step: DecoderStep): DecodeFlow {
  let waiting: string | undefined;
  return {
    push: (token) => {
      const said = waiting === undefined ? [] : step.decode_chain([waiting, token]).slice(0, 1);
      waiting = token;
      return said;
    },
    end: () => (waiting === undefined ? [] : step.decode_chain([waiting])),
  };
}

function strippedPieces({ content, start, stop }: Json): DecodeFlow {
  let left = Number(start ?? 0);
  const most = Number(stop ?? 0);
  /** What goes if it is the end. */
  let tail = "";
  return {
    push: (piece) => {
      let from = 0;
      while (left > 0 && piece[from] === content) [from, left] = [from + 1, left - 1];
      if (from < piece.length) left = 0;
      const text = tail + piece.slice(from);
      let cut = text.length;
      while (cut > 0 && text.length - cut < most && text[cut - 1] === content) cut--;
      tail = text.slice(cut);
      return [text.slice(0, cut)];
    },
    end: () => [],
  };
}

function atTheEnd(flow: DecodeFlow): DecodeFlow {
  const pieces: string[] = [];
  return {
    push: (piece) => {
      pieces.push(piece);
      return [];
    },
    end: () => [...flow.push(pieces.join("")), ...flow.end()],
  };
}
