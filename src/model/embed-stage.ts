// The stage before the first layer. Where nothing of it is trained the host looks the rows up; else a program adds the trained ones.
import { floatsAs } from "../base/half.ts";
import type { FloatType } from "../base/tensor.ts";
import { the } from "../base/the.ts";
import { embedGroups, embedInputs } from "./embed-inputs.ts";
import { frozenRows } from "./embed.ts";
import type { AppliedMethod } from "./methods/method.ts";
import { embedBackwardGraph, embedForwardGraph, embedKey, type EmbedGroup } from "./stages/first-rows.ts";
import type { NamedTensors } from "./tuned-stages.ts";
import type { LoadedModel } from "./weights.ts";
import type { DeviceTensor } from "../runtime/engine.ts";
import type { ProgramCache } from "../runtime/program-cache.ts";
import type { TensorOwner } from "../runtime/tensor-owner.ts";
import type { Gradients } from "./gradients.ts";

/** Ids of tokens, virtual ones among them, and the position of each. */
export interface TokenRows {
  readonly ids: Int32Array | readonly number[];
  readonly positions: (at: number) => number;
}

export class EmbedStage {
  readonly #model: LoadedModel;
  readonly #programs: ProgramCache;
  readonly #groups: readonly EmbedGroup[];
  readonly #activations: FloatType;

  constructor(model: LoadedModel, method: AppliedMethod | null, programs: ProgramCache, activations: FloatType = "float32") {
    this.#model = model;
    this.#activations = activations;
    this.#programs = programs;
    this.#groups = embedGroups(model.spec, method);
  }

  /**
   * [ids, hidden], an activation
   * @param owner of what is returned
   * @param noise added to it, of the same size
   */
  async forward(owner: TensorOwner, rows: TokenRows, parameters: NamedTensors, noise?: () => Float32Array): Promise<DeviceTensor> {
    const { hiddenSize } = this.#model.spec;
    const count = rows.ids.length;
    if (this.#groups.length === 0) {
      const known = (): Float32Array => frozenRows(this.#model, rows.ids, rows.positions);
      return owner.upload(this.#activations, [count, hiddenSize], () => floatsAs(this.#activations, added(known(), noise)));
    }
    const { known, ...picked } = this.#inputs(owner, rows);
    const program = await this.#programs.get(`embed.forward:${count}:${embedKey(this.#groups)}`, () =>
      embedForwardGraph(this.#groups, count, hiddenSize, this.#activations),
    );
    const own = Object.fromEntries(this.#groups.map(({ group }) => [`parameters.${group.name}`, parameters[group.name]]));
    const start = owner.upload("float32", [count, hiddenSize], () => added(known, noise));
    const { x } = await owner.run(program, { known: start, ...picked.feeds, ...own });
    owner.drop(start, ...Object.values(picked.feeds));
    return x;
  }

  /** Adds the gradients of what is trained here; nothing where nothing is. The new ones are the caller's, the old ones go. */
  async backward(owner: TensorOwner, rows: TokenRows, dx: DeviceTensor, gradients: Gradients): Promise<void> {
    if (this.#groups.length === 0) return;
    const { hiddenSize } = this.#model.spec;
    const count = rows.ids.length;
    const { feeds } = this.#inputs(owner, rows);
    const program = await this.#programs.get(`embed.backward:${count}:${embedKey(this.#groups)}`, () =>
      embedBackwardGraph(this.#groups, count, hiddenSize, this.#activations),
    );
    const before = Object.fromEntries(this.#groups.map(({ group }) => [`gradientIn.${group.name}`, gradients.of(owner, group.name)]));
    const results = await owner.run(program, { dx, ...feeds, ...before });
    for (const { group } of this.#groups) {
      gradients.replace(owner, group.name, the(results[`gradient.${group.name}`], group.name));
    }
  }

  #inputs(owner: TensorOwner, { ids, positions }: TokenRows) {
    const { known, rows } = embedInputs(this.#model, this.#groups, ids, positions);
    const feeds = rows.flatMap(({ entry, index, use }) => [
      [`index.${entry}`, owner.upload("int32", [index.length], index)] as const,
      [`use.${entry}`, owner.upload("float32", [use.length, 1], use)] as const,
    ]);
    return { known, feeds: Object.fromEntries(feeds) };
  }
}

function added(known: Float32Array, noise: (() => Float32Array) | undefined): Float32Array {
  const plus = noise?.();
  return plus ? known.map((value, at) => value + (plus[at] ?? 0)) : known;
}
