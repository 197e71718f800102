// The header of a GGUF file (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md), parsed by @huggingface/gguf. The
// library reads addresses; it is given a `fetch` that answers its range requests from the file, so nothing goes over a network.
// It pads what lies behind the end of a file with zeros, so everything it returns is checked against the file's size here.
import { gguf } from "@huggingface/gguf";
import type { ByteSource } from "../base/byte-source.ts";
import { AtelierError } from "../base/errors.ts";
import { elementCount, type Shape } from "../base/tensor.ts";
import { blockFormats, typeName, type BlockFormat } from "./gguf-blocks.ts";

export interface GgufTensor {
  /** Outermost axis first, as everywhere here; GGUF lists the innermost first. */
  readonly shape: Shape;
  readonly format: BlockFormat;
  /** Absolute byte range in the file. */
  readonly start: number;
  readonly end: number;
}

export interface GgufHeader {
  readonly source: ByteSource;
  readonly metadata: Metadata;
  readonly tensors: ReadonlyMap<string, GgufTensor>;
}

/** The library asks for chunks of this size, one ahead. */
const chunkBytes = 2_000_000;

/** @throws AtelierError `model/file-truncated`, `model/file-invalid`, `model/unsupported-feature`, naming file, tensor and type. */
export async function readGgufHeader(source: ByteSource): Promise<GgufHeader> {
  const magic = new TextDecoder("latin1").decode(await source.read(0, 4));
  if (magic !== "GGUF") throw invalidGguf(source.name, "it does not start with the letters GGUF");
  const parsed = await parse(source);
  if (!parsed.littleEndian) throw invalidGguf(source.name, "its numbers are big-endian");
  const headerEnd = parsed.tensorInfoByteRange[1];
  if (headerEnd > source.size) throw truncated(source, `its header needs ${headerEnd} bytes`);
  const dataStart = Number(parsed.tensorDataOffset);
  const tensors = new Map<string, GgufTensor>();
  for (const { name, shape, dtype, offset } of parsed.tensorInfos) {
    if (tensors.has(name)) throw invalidGguf(source.name, `it lists the tensor ${name} twice`);
    tensors.set(name, placed(source, name, shape.map(Number).toReversed(), dtype, dataStart + Number(offset)));
  }
  refuseOverlap(source, tensors);
  return { source, metadata: new Metadata(source.name, { ...parsed.metadata }), tensors };
}

async function parse(source: ByteSource): ReturnType<typeof gguf> {
  try {
    return await gguf("https://file.invalid/model.gguf", { fetch: answerFrom(source) });
  } catch (cause) {
    if (cause instanceof AtelierError) throw cause;
    throw invalidGguf(source.name, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

/** Answers `Range: bytes=a-b` from the file. */
function answerFrom(source: ByteSource): typeof fetch {
  return async (_input, init) => {
    const range = /bytes=(\d+)-(\d+)/.exec(new Headers(init?.headers).get("range") ?? "");
    const [start, end] = [Number(range?.[1]), Number(range?.[2]) + 1];
    // The one chunk ahead may lie behind the end of a whole file; a second one means that counts or lengths lie.
    if (start >= source.size + chunkBytes) throw truncated(source, "its header goes on behind its end");
    const bytes = start >= source.size ? new Uint8Array() : await source.read(start, Math.min(end, source.size));
    return new Response(bytes, { status: 206, headers: { "content-range": `bytes ${start}-${end - 1}/${source.size}` } });
  };
}

function placed(source: ByteSource, name: string, shape: Shape, type: number, start: number): GgufTensor {
  const format = blockFormats.get(type);
  if (!format) {
    throw new AtelierError(
      "model/unsupported-feature",
      `Tensor ${name} of ${source.name} is stored as ${typeName(type)}, which Atelier does not read.`,
      `Choose a file of the same model in ${[...blockFormats.values()].map((known) => known.name).join(", ")}, such as Q4_K_M or Q8_0.`,
    );
  }
  const width = shape.at(-1);
  if (width === undefined || width === 0 || width % format.values !== 0)
    throw invalidGguf(source.name, `rows of ${name} have ${width ?? 0} values, no whole blocks of ${format.name}`);
  const bytes = (elementCount(shape) / format.values) * format.bytes;
  if (!Number.isSafeInteger(bytes) || !Number.isSafeInteger(start + bytes)) throw invalidGguf(source.name, `the size of ${name} is absurd`);
  if (start + bytes > source.size) throw truncated(source, `tensor ${name} ends at byte ${start + bytes}`);
  return { shape, format, start, end: start + bytes };
}

function refuseOverlap(source: ByteSource, tensors: ReadonlyMap<string, GgufTensor>): void {
  let [before, end] = ["", 0];
  for (const [name, tensor] of [...tensors].toSorted(([, a], [, b]) => a.start - b.start || a.end - b.end)) {
    if (tensor.start < end) throw invalidGguf(source.name, `the data of ${before} and ${name} overlaps`);
    [before, end] = [name, tensor.end];
  }
}

/** Key-value pairs of a header; what is there under a key but of another kind is refused, never taken for absent. */
export class Metadata {
  readonly #file: string;
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(file: string, values: Readonly<Record<string, unknown>>) {
    this.#file = file;
    this.#values = values;
  }

  number(key: string): number | undefined {
    const value = this.#own(key);
    const number = typeof value === "bigint" ? Number(value) : value;
    return number === undefined || (typeof number === "number" && Number.isFinite(number)) ? number : this.#refuse(key, "a number");
  }

  requireNumber(key: string): number {
    return this.number(key) ?? this.#refuse(key, "a number");
  }

  text(key: string): string | undefined {
    const value = this.#own(key);
    return value === undefined || typeof value === "string" ? value : this.#refuse(key, "a text");
  }

  flag(key: string): boolean | undefined {
    const value = this.#own(key);
    return value === undefined || typeof value === "boolean" ? value : this.#refuse(key, "true or false");
  }

  texts(key: string): readonly string[] | undefined {
    const value = this.#own(key);
    const fits = Array.isArray(value) && value.every((entry) => typeof entry === "string");
    return value === undefined || fits ? value : this.#refuse(key, "a list of texts");
  }

  numbers(key: string): readonly number[] | undefined {
    const value = this.#own(key);
    const fits = Array.isArray(value) && value.every((entry) => typeof entry === "number");
    return value === undefined || fits ? value : this.#refuse(key, "a list of numbers");
  }

  has(key: string): boolean {
    return this.#own(key) !== undefined;
  }

  /** One number for all layers; some files list it per layer. */
  sameForAll(key: string): number | undefined {
    const value = this.#own(key);
    if (!Array.isArray(value)) return this.number(key);
    const [first] = value as unknown[];
    return typeof first === "number" && value.every((entry) => entry === first)
      ? first
      : this.#refuse(key, "the same number for all layers");
  }

  #own(key: string): unknown {
    return Object.hasOwn(this.#values, key) ? this.#values[key] : undefined;
  }

  #refuse(key: string, expected: string): never {
    const value = this.#own(key);
    const found =
      value === undefined ? "nothing" : JSON.stringify(value, (_, entry: unknown) => (typeof entry === "bigint" ? Number(entry) : entry));
    throw invalidGguf(this.#file, `its header has ${found.slice(0, 60)} for ${key}; expected ${expected}`);
  }
}

export function invalidGguf(file: string, what: string, cause?: unknown): AtelierError {
  return new AtelierError(
    "model/file-invalid",
    `${file} cannot be read: ${what}.`,
    "Check that it is a GGUF file of a language model as its author published it.",
    { cause },
  );
}

function truncated(source: ByteSource, what: string): AtelierError {
  return new AtelierError(
    "model/file-truncated",
    `${source.name} is cut off: ${what}, but the file has ${source.size}.`,
    "Download or copy the file again, then load the model again.",
  );
}
