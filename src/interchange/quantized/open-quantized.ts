// A checkpoint as the model sees it, where matrices were quantized before it was published: under the names of the plain ones, as
// numbers and in the form that they are published in. A matrix counts as quantized if the tensors beside it say so; config.json lists
// no modules, or not all.
import { AtelierError } from "../../base/errors.ts";
import type { Json } from "../../base/json.ts";
import { isRecord } from "../../base/json.ts";
import type { Shape } from "../../base/tensor.ts";
import { methodOf, publishedQuantization, type PublishedQuantization } from "../../model/published-quantization.ts";
import { refuseUnreadable } from "../../model/quantized-checkpoint.ts";
import { requiredTensors, type ModelSpec } from "../../model/spec.ts";
import type { TensorReader } from "../../model/tensor-reader.ts";
import { commas } from "../../words/message.ts";
import { makers, needsSettings, settingsFiles, type Maker } from "./makers.ts";
import { unsupportedMatrix, type QuantizedMatrix, type StoredTensors } from "./quantized-matrix.ts";

export interface CheckpointFacts {
  /** Of the model's source. */
  readonly name: string;
  readonly config: Json;
  readonly spec: ModelSpec;
  /** A JSON file beside the weights; undefined where there is none. */
  readonly beside: (file: string) => Promise<unknown>;
}

/**
 * @throws AtelierError `model/file-invalid` and `model/unsupported-feature` naming the matrix; as refuseUnreadable
 */
export async function openQuantized(tensors: StoredTensors, facts: CheckpointFacts): Promise<TensorReader> {
  const marked = [...markedModules(tensors, facts.spec)];
  const matrices = marked.length === 0 ? new Map<string, QuantizedMatrix>() : await openAll(tensors, facts, marked);
  const consumed = new Set([...matrices.values()].flatMap((matrix) => matrix.consumed));
  const shapes = new Map<string, Shape>();
  for (const [name, { shape }] of tensors.entries) {
    if (!consumed.has(name) && !(matrices.size > 0 && ofCache.test(name))) shapes.set(name, shape);
  }
  for (const [name, { rows, columns }] of matrices) shapes.set(name, [rows, columns]);
  const published = [...matrices].flatMap(([name, matrix]) => (matrix.published ? [[name, matrix.published] as const] : []));
  return {
    shapes,
    read: async (name, from, to) => {
      const matrix = matrices.get(name);
      if (!matrix) return tensors.floats(name, from, to);
      return matrix.read(from ?? 0, Math.min(to ?? matrix.rows, matrix.rows));
    },
    ...(published.length > 0 ? { published: new Map(published) } : {}),
  };
}

/** Scales for keys and values that a server would quantize while it answers. */
const ofCache = /\.self_attn\.(?:[qkv]|attn|prob)_scale$/;

interface Marked {
  readonly maker: Maker;
  readonly module: string;
  readonly shape: Shape;
  readonly hasBias: boolean;
}

/** What the architecture does not know stays as it is, so that it is named as left over. */
function* markedModules(tensors: StoredTensors, spec: ModelSpec): Generator<Marked> {
  const required = new Map(requiredTensors(spec));
  // A tied head may have been quantized all the same.
  required.set(`${spec.names.head}.weight`, [spec.vocabularySize, spec.hiddenSize]);
  // The bare decoder's checkpoint lacks the prefix of every name.
  const find = (name: string): Shape | undefined => required.get(name) ?? required.get(spec.names.prefix + name);
  for (const name of tensors.entries.keys()) {
    for (const maker of makers) {
      if (!name.endsWith(`.${maker.mark}`)) continue;
      const module = name.slice(0, -maker.mark.length);
      const shape = find(`${module}weight`);
      if (shape) yield { maker, module, shape, hasBias: find(`${module}bias`) !== undefined };
    }
  }
}

async function openAll(
  tensors: StoredTensors,
  facts: CheckpointFacts,
  marked: readonly Marked[],
): Promise<ReadonlyMap<string, QuantizedMatrix>> {
  const quantization = publishedQuantization(facts.config) ?? (await settingsBeside(facts, marked));
  const [method, settings] = quantization ? [methodOf(quantization), quantization.settings] : [null, {}];
  const transposed = facts.spec.linears.filter((slot) => slot.transposed).map((slot) => slot.path);
  const matrices = new Map<string, QuantizedMatrix>();
  for (const { maker, module, shape, hasBias } of marked) {
    const matrix = maker.open({ tensors, module, method, settings, shape, hasBias });
    if (!matrix) continue;
    // Of GPT-2 some tools turn a matrix round before they quantize it; a square one would not show it.
    if (transposed.some((path) => module.endsWith(`.${path}.`))) throw unsupportedMatrix({ module }, `model_type = ${facts.spec.family}`);
    matrices.set(`${module}weight`, matrix);
  }
  return matrices;
}

async function settingsBeside(facts: CheckpointFacts, marked: readonly Marked[]): Promise<PublishedQuantization | null> {
  const needing = marked.find(({ maker }) => maker.mark === needsSettings);
  if (!needing) return null;
  for (const file of settingsFiles) {
    const settings = await facts.beside(file);
    if (!isRecord(settings)) continue;
    const found = { place: file, settings };
    refuseUnreadable(found, facts.config, facts.name);
    return found;
  }
  throw new AtelierError("model/file-invalid#quantized-unsaid", { tensor: needing.module + needsSettings, files: commas(settingsFiles) });
}
