// What the header of a GGUF file says, checked: every tensor lies in the file, none on another, and a key that is of another kind
// than expected is refused.
import type { ByteSource } from "../base/byte-source.ts";
import { AtelierError } from "../base/errors.ts";
import { elementCount, type Shape } from "../base/tensor.ts";
import { commas, words, type Words } from "../words/message.ts";
import { blockFormats, typeName, type BlockFormat } from "./gguf-blocks.ts";
import { invalidGguf, truncatedGguf } from "./gguf-errors.ts";
import { parseGguf } from "./gguf-parse.ts";

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

/** @throws AtelierError `model/file-truncated`, `model/file-invalid`, `model/unsupported-feature`, naming file, tensor and type. */
export async function readGgufHeader(source: ByteSource): Promise<GgufHeader> {
  const { metadata, tensors: found, dataStart } = await parseGguf(source);
  const tensors = new Map<string, GgufTensor>();
  for (const { name, shape, type, offset } of found) {
    if (tensors.has(name)) throw invalidGguf(source.name, words("gguf/tensor-twice", { tensor: name }));
    tensors.set(name, placed(source, name, shape.toReversed(), type, dataStart + offset));
  }
  refuseOverlap(source, tensors);
  return { source, metadata: new Metadata(source.name, metadata), tensors };
}

function placed(source: ByteSource, name: string, shape: Shape, type: number, start: number): GgufTensor {
  const format = blockFormats.get(type);
  if (!format) {
    throw new AtelierError("model/unsupported-feature#gguf-type", {
      tensor: name,
      file: source.name,
      type: typeName(type),
      known: commas([...blockFormats.values()].map((known) => known.name)),
    });
  }
  const width = shape.at(-1);
  if (width === undefined || width === 0 || width % format.values !== 0)
    throw invalidGguf(source.name, words("gguf/partial-blocks", { tensor: name, width: width ?? 0, type: format.name }));
  const bytes = (elementCount(shape) / format.values) * format.bytes;
  const end = start + bytes;
  if (!Number.isSafeInteger(bytes) || !Number.isSafeInteger(end))
    throw invalidGguf(source.name, words("gguf/absurd-size", { tensor: name }));
  const { size } = source;
  if (end > size) throw truncatedGguf(source, words("interchange/tensor-ends", { tensor: name, end, size }));
  return { shape, format, start, end };
}

function refuseOverlap(source: ByteSource, tensors: ReadonlyMap<string, GgufTensor>): void {
  let [before, end] = ["", 0];
  for (const [name, tensor] of [...tensors].toSorted(([, a], [, b]) => a.start - b.start || a.end - b.end)) {
    if (tensor.start < end) throw invalidGguf(source.name, words("interchange/overlap", { first: before, second: name }));
    [before, end] = [name, tensor.end];
  }
}

/** Key-value pairs of a header; what is there under a key but of another kind is refused, never taken for absent. */
export class Metadata {
  readonly #file: string;
  readonly #values: ReadonlyMap<string, unknown>;

  constructor(file: string, values: ReadonlyMap<string, unknown>) {
    this.#file = file;
    this.#values = values;
  }

  number(key: string): number | undefined {
    const value = this.#own(key);
    return value === undefined || (typeof value === "number" && Number.isFinite(value)) ? value : this.#refuse(key, words("gguf/a-number"));
  }

  requireNumber(key: string): number {
    return this.number(key) ?? this.#refuse(key, words("gguf/a-number"));
  }

  text(key: string): string | undefined {
    const value = this.#own(key);
    return value === undefined || typeof value === "string" ? value : this.#refuse(key, words("gguf/a-text"));
  }

  flag(key: string): boolean | undefined {
    const value = this.#own(key);
    return value === undefined || typeof value === "boolean" ? value : this.#refuse(key, words("gguf/a-flag"));
  }

  texts(key: string): readonly string[] | undefined {
    const value = this.#own(key);
    const fits = Array.isArray(value) && value.every((entry) => typeof entry === "string");
    return value === undefined || fits ? value : this.#refuse(key, words("gguf/texts"));
  }

  numbers(key: string): readonly number[] | undefined {
    const value = this.#own(key);
    const fits = Array.isArray(value) && value.every((entry) => typeof entry === "number");
    return value === undefined || fits ? value : this.#refuse(key, words("gguf/numbers"));
  }

  has(key: string): boolean {
    return this.#own(key) !== undefined;
  }

  /** One number for all layers; some files list it per layer. */
  sameForAll(key: string): number | undefined {
    const value = this.#own(key);
    if (!Array.isArray(value)) return this.number(key);
    const [first] = value as unknown[];
    return typeof first === "number" && value.every((entry) => entry === first) ? first : this.#refuse(key, words("gguf/same-number"));
  }

  #own(key: string): unknown {
    return this.#values.get(key);
  }

  #refuse(key: string, expected: Words): never {
    const value = this.#own(key);
    const found = value === undefined ? words("interchange/nothing") : JSON.stringify(value).slice(0, 60);
    throw invalidGguf(this.#file, words("gguf/key-kind", { found, key, expected }));
  }
}
