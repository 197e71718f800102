// One sequence under construction: keys and values of what was read are kept (KV cache), so that each new token costs one row. The prompt
// is read in chunks.
//
// Where the angles of a rope depend on the length of the sequence, keys and values of another length are of no use: all is read
// again, so that a token's logits are those of the whole pass over what stands before it. For longrope that happens once, when
// the original context is passed (as in transformers); for dynamic at every token past it, which is slow, and right.
import { AtelierError } from "../base/errors.ts";
import { requireInVocabulary, virtualId } from "../model/embed.ts";
import { addedTokens, usableContext } from "../model/methods/method.ts";
import type { TunedTensors } from "../model/tuned-stages.ts";
import type { DecoderPrograms } from "./decoder-programs.ts";
import { LayeredCache } from "./layered-cache.ts";
import { ofAll, PackedCache } from "./packed-cache.ts";
import { chunkRows, type NextToken, type SequenceCache, type Wanted } from "./sequence-cache.ts";

export class Decoder implements Disposable {
  readonly #programs: DecoderPrograms;
  /** What stands before the sequence. */
  readonly #virtual: readonly number[];
  readonly #prefix: number;
  readonly #cache: SequenceCache;
  /** What is in the cache. */
  #ids: number[] = [];

  /**
   * @param tokens the most tokens that will be read and generated
   * @param tensors of the programs' method; null for the base model
   * @throws AtelierError `generate/context-full` where the model's context cannot hold them.
   */
  constructor(programs: DecoderPrograms, tokens: number, tensors: TunedTensors | null) {
    requireContext(programs, tokens);
    const { virtualTokens = 0, prefixTokens = 0 } = programs.method ?? {};
    this.#programs = programs;
    this.#virtual = virtualIds(virtualTokens);
    this.#prefix = prefixTokens;
    const isWhole = programs.residents.holds(programs.method);
    this.#cache = new (isWhole ? SingleSequence : LayeredCache)(programs, tokens + virtualTokens, tensors);
  }

  /**
   * Reads tokens and returns the logits after the last, [vocabulary].
   * @param onRead gets how many are read; may throw to cancel. After a failure the decoder must not be used again.
   */
  async read(ids: readonly number[], onRead?: (count: number) => void): Promise<Float32Array> {
    return (await this.next(ids, "all", onRead)).all();
  }

  /** As {@link read}; at a temperature no more numbers come from the engine than the choice of a token takes. */
  async next(ids: readonly number[], wanted: Wanted, onRead?: (count: number) => void): Promise<NextToken> {
    requireInVocabulary(this.#programs.model.spec, ids);
    let next: NextToken | undefined;
    const opening = this.#ids.length === 0 ? this.#virtual : [];
    const isTurned = this.#cache.turn(this.#prefix + this.#ids.length + opening.length + ids.length);
    const again = [...(isTurned ? this.#ids.splice(0) : []), ...opening];
    const all = [...again, ...ids];
    for (let at = 0; at < all.length;) {
      const isPrompt = all.length - at > 1;
      const chunk = all.slice(at, at + (isPrompt ? chunkRows : 1));
      at += chunk.length;
      next = await this.#cache.append(chunk, isPrompt, at === all.length ? wanted : null);
      this.#ids.push(...chunk);
      onRead?.(Math.max(0, at - again.length));
    }
    return next ?? { likeliest: undefined, all: () => Promise.resolve(new Float32Array()) };
  }

  [Symbol.dispose](): void {
    this.#cache[Symbol.dispose]();
  }
}

/** @throws AtelierError `generate/context-full` where the model's context cannot hold so many tokens of one sequence */
export function requireContext({ model: { spec }, method }: DecoderPrograms, tokens: number): void {
  if (tokens <= usableContext(spec, method)) return;
  throw new AtelierError("generate/context-full", { tokens, added: addedTokens(method), context: spec.contextLength });
}

/** The ids of what a method puts before every sequence. */
export function virtualIds(count: number): readonly number[] {
  return Array.from({ length: count }, (_, at) => virtualId(at));
}

class SingleSequence implements SequenceCache {
  readonly #cache: PackedCache;
  #length = 0;

  constructor(...args: ConstructorParameters<typeof PackedCache>) {
    this.#cache = new PackedCache(...args);
  }

  turn(length: number): boolean {
    const isTurned = this.#cache.turn(length);
    if (isTurned) this.#length = 0;
    return isTurned;
  }

  async append(ids: readonly number[], _isPrompt: boolean, wanted: Wanted | null): Promise<NextToken | undefined> {
    const rows = ids.map((id, at) => ({ id, sequence: ofAll, position: this.#length + at }));
    this.#length += ids.length;
    const [next] = await this.#cache.choose(rows, wanted ? [ids.length - 1] : [], wanted ?? "all");
    return next;
  }

  [Symbol.dispose](): void {
    this.#cache[Symbol.dispose]();
  }
}
