// Programs of a whole model. Where they have its weights built in, at most so many bytes of them at a time: what was used longest ago goes,
// and where both have no room the base is the program of a method that changes nothing where all its numbers are zero, so that going
// back and forth between base and tuned model makes nothing anew.
import { chatForm, floatForm } from "../model/built-weights.ts";
import {
  builtInWhole,
  cachesInPlace,
  fedGraphs,
  fedWhole,
  wholeBytes,
  wholeGraphs,
  wholeInputs,
  wholeKey,
  wholeWeights,
  type WholeKind,
} from "../model/stages/whole.ts";
import type { AppliedMethod } from "../model/methods/method.ts";
import { parameterTotal } from "../model/parameters.ts";
import { headFeeds, layerFeeds, tunedHead, uploadTuned, zeroSources, type TunedTensors } from "../model/tuned-stages.ts";
import type { LoadedModel } from "../model/weights.ts";
import type { DeviceTensor, Program } from "../runtime/engine.ts";
import { mostBuiltInBytes, mostFedBytes } from "../runtime/kernel-memory.ts";
import { filled, type TensorOwner } from "../runtime/tensor-owner.ts";

interface Resident {
  readonly method: AppliedMethod | null;
  readonly bytes: number;
  readonly made: Promise<{ readonly owner: TensorOwner; readonly made: Pick<WholePrograms, "programs" | "before"> }>;
  /** Of the method, all zero; made where they are first needed. */
  zeros?: { readonly owner: TensorOwner; readonly tensors: TunedTensors };
}

/** Valid until other programs are asked for. */
export interface WholePrograms {
  /** In the order in which they run. */
  readonly programs: readonly Program[];
  /** Runs once for all passes with the same feeds, and gives further feeds of the programs; null: none. */
  readonly before: Program | null;
  /** What a method trained, and the weights that are not built in, by the inputs of the programs. */
  readonly feeds: Readonly<Record<string, DeviceTensor>>;
}

export class Residents {
  readonly #model: LoadedModel;
  readonly #kind: WholeKind;
  readonly #weights: Readonly<Record<string, DeviceTensor>>;
  readonly #most: number;
  /** By the key of their graphs; the last used at the end. */
  readonly #kept = new Map<string, Resident>();
  readonly #known = new Map<AppliedMethod | null, { readonly key: string; readonly bytes: number }>();

  /** @param mostAsFloats up to so many bytes what is built in is float32, which is exact and faster; above them codes of 8 bits */
  constructor(model: LoadedModel, most = mostBuiltInBytes(), mostAsFloats = most) {
    this.#model = model;
    // A GPU takes weights where they lie.
    this.#kind = model.engine.kind === "webgpu" ? fedWhole(model) : builtInKind(model, mostAsFloats);
    this.#weights = this.#kind.builtIn ? {} : wholeWeights(model);
    this.#most = most;
  }

  /**
   * Whether there are such programs here: what is too large to be built in is fed as it is held, layer by layer; so is a model that a method
   * trained whole, where the runtime would copy it.
   */
  holds(method: AppliedMethod | null): boolean {
    if (!this.#kind.builtIn) return true;
    const fed = method ? 4 * (parameterTotal(method.layout) + parameterTotal(method.fixed)) : 0;
    return fed <= mostFedBytes && this.#facts(method).bytes <= this.#most;
  }

  /** Whether its programs write the rows that they read into the caches that they are fed. */
  cachesInPlace(method: AppliedMethod | null): boolean {
    return cachesInPlace(this.#kind, method);
  }

  /** Whether its programs say which tokens are the likeliest: see {@link wholeOutputs}. */
  get choose(): boolean {
    return this.#kind.builtIn === null;
  }

  /** Whether what is built in for a method is rounded to codes of 8 bits. */
  rounds(method: AppliedMethod | null): boolean {
    return this.#kind.builtIn?.kind === "rows" && this.holds(method);
  }

  /** What programs of a method have built in. */
  builtInBytes(method: AppliedMethod | null): number {
    return this.holds(method) ? this.#facts(method).bytes : 0;
  }

  /** @param tensors of the method; null for the base */
  async lend(method: AppliedMethod | null, tensors: TunedTensors | null): Promise<WholePrograms> {
    const { key, bytes } = this.#facts(method);
    const own = this.#kept.get(key);
    const needsOther = !own && !method && bytes + this.#bytes > this.#most;
    const other = needsOther ? [...this.#kept].findLast(([, resident]) => resident.method?.isNothingAtZero) : undefined;
    if (other) return this.#asBase(...other);
    const resident = own ?? (await this.#make(key, method));
    this.#touch(key, resident);
    return { ...(await resident.made).made, feeds: this.#feeds(method, tensors) };
  }

  /** What was made for a method goes, unless others are likely to want it. */
  async forget(method: AppliedMethod | null): Promise<void> {
    const key = this.#facts(method).key;
    this.#known.delete(method);
    if (method && this.#kept.get(key)?.method) await this.#letGo(key);
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.#kept.keys()].map((key) => this.#letGo(key)));
  }

  async #asBase(key: string, resident: Resident): Promise<WholePrograms> {
    const method = resident.method as AppliedMethod;
    this.#touch(key, resident);
    const zeros = () => ({ parameters: zeroSources(method.layout), fixed: zeroSources(method.fixed) });
    if (!resident.zeros) {
      const { owner, made } = await filled(this.#model.engine, (own) => uploadTuned(own, method, zeros()));
      resident.zeros = { owner, tensors: made };
    }
    return { ...(await resident.made).made, feeds: this.#feeds(method, resident.zeros.tensors) };
  }

  async #make(key: string, method: AppliedMethod | null): Promise<Resident> {
    const { bytes } = this.#facts(method);
    for (const oldest of this.#kept.keys()) if (bytes + this.#bytes > this.#most) await this.#letGo(oldest);
    const made = filled(this.#model.engine, (owner) => (this.#kind.builtIn ? this.#builtIn(owner, method) : this.#fed(owner, method)));
    const resident = { method, bytes, made };
    this.#kept.set(key, resident);
    // A failure is not remembered: memory may be free again later.
    made.catch(() => this.#kept.delete(key));
    return resident;
  }

  async #builtIn(owner: TensorOwner, method: AppliedMethod | null): Promise<Pick<WholePrograms, "programs" | "before">> {
    const programs = new Map<number, Program>();
    const graphs = [...wholeGraphs(this.#model, this.#kind, method).entries()];
    // The last first: the head is the largest, and what its making takes is free for the others.
    for (const [at, graph] of graphs.toReversed()) programs.set(at, await owner.compile(graph));
    return { programs: graphs.map(([at]) => programs.get(at) as Program), before: null };
  }

  async #fed(owner: TensorOwner, method: AppliedMethod | null): Promise<Pick<WholePrograms, "programs" | "before">> {
    const { before, main } = fedGraphs(this.#model, this.#kind, method);
    return { programs: [await owner.compile(main)], before: before && (await owner.compile(before)) };
  }

  /** Asked at every token. */
  #facts(method: AppliedMethod | null): { readonly key: string; readonly bytes: number } {
    const known = this.#known.get(method) ?? { key: wholeKey(this.#kind, method), bytes: wholeBytes(this.#kind, method) };
    this.#known.set(method, known);
    return known;
  }

  get #bytes(): number {
    return [...this.#kept.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  #touch(key: string, resident: Resident): void {
    this.#kept.delete(key);
    this.#kept.set(key, resident);
  }

  async #letGo(key: string): Promise<void> {
    const resident = this.#kept.get(key);
    this.#kept.delete(key);
    resident?.zeros?.owner[Symbol.dispose]();
    const [outcome] = await Promise.allSettled([resident?.made]);
    if (outcome.status === "fulfilled") outcome.value?.owner[Symbol.dispose]();
  }

  #feeds(method: AppliedMethod | null, tensors: TunedTensors | null): WholePrograms["feeds"] {
    const layers = this.#model.spec.layerKinds.flatMap((_, layer) =>
      Object.entries(layerFeeds(tensors, layer)).map(([group, tensor]) => [wholeInputs.tuned(group, layer), tensor] as const),
    );
    return { ...this.#weights, ...Object.fromEntries(layers), ...headFeeds(tensors, tunedHead(method)) };
  }
}

/** @param mostAsFloats bytes of the base model's programs */
function builtInKind({ spec }: LoadedModel, mostAsFloats: number): WholeKind {
  const floats = builtInWhole(spec, floatForm);
  return wholeBytes(floats, null) <= mostAsFloats ? floats : builtInWhole(spec, chatForm);
}
