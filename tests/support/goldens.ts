// Opens the reference numbers of one model: its weights on an engine, its adapter, its batch and what PyTorch computed.
import { blobSource } from "../../src/base/byte-source.ts";
import { readPeft } from "../../src/interchange/peft.ts";
import { openSafetensors, readTensor, type SafetensorsFile } from "../../src/interchange/safetensors.ts";
import type { MethodConfig } from "../../src/config/run-config.ts";
import type { AppliedMethod } from "../../src/model/methods/method.ts";
import { applyMethod } from "../../src/model/methods/methods.ts";
import type { NamedVectors } from "../../src/model/parameters.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { loadModel, type LoadedModel } from "../../src/model/weights.ts";
import type { Quantization } from "../../src/config/quantizations.ts";
import type { Engine } from "../../src/runtime/engine.ts";
import type { Batch } from "../../src/tokens/batch.ts";

export interface Trajectory {
  readonly losses: readonly number[];
  readonly final_loss: number;
  readonly lrs: readonly number[];
  readonly grad_norms: readonly number[];
}

/** `ids` begins with the prompt's. */
interface Greedy {
  readonly prompt_len: number;
  readonly ids: readonly number[];
}

interface GoldenJson {
  readonly input_ids: readonly (readonly number[])[];
  readonly attention_mask: readonly (readonly number[])[];
  readonly labels: readonly (readonly number[])[];
  readonly base: { readonly loss: number; readonly n_label_tokens: number; readonly greedy: Greedy };
  readonly lora: {
    readonly loss: number;
    readonly grad_norm: number;
    readonly adamw: Trajectory;
    readonly sched: Trajectory;
    readonly greedy: Greedy;
  };
  readonly lora_b0: { readonly adamw: Trajectory };
}

export interface Golden {
  readonly json: GoldenJson;
  readonly numbers: SafetensorsFile;
  readonly model: LoadedModel;
  /** That of the adapter. */
  readonly config: MethodConfig;
  readonly method: AppliedMethod;
  readonly adapter: NamedVectors;
  readonly batch: Batch;
  /** PEFT's own files. */
  readonly peft: { readonly fan_in_fan_out: boolean; readonly target_modules: readonly string[] };
  readonly adapterFile: SafetensorsFile;
}

const urls = import.meta.glob<string>("../fixtures/goldens/**/*.{json,safetensors}", { query: "?url", import: "default", eager: true });

async function fixture(path: string): Promise<Blob> {
  const response = await fetch(urls[`../fixtures/goldens/${path}`] ?? `missing fixture ${path}`);
  return response.blob();
}

export async function openGolden(engine: Engine, name: string, quantization: Quantization = "none"): Promise<Golden> {
  const open = async (file: string) => openSafetensors(blobSource(file, await fixture(`${name}/${file}`)));
  const parse = async (file: string): Promise<unknown> => JSON.parse(await (await fixture(`${name}/${file}`)).text());
  const spec = parseModelConfig(await parse("config.json"));
  const weights = await open("model.safetensors");
  const shapes = new Map([...weights.tensors].map(([tensor, { shape }]) => [tensor, shape]));
  const model = await loadModel(engine, spec, { shapes, read: (...range) => readTensor(weights, ...range) }, { quantization });
  const peft = (await parse("adapter_config.json")) as Golden["peft"];
  const adapterFile = await open("adapter_model.safetensors");
  const { method: config, parameters: adapter } = await readPeft(spec, peft, adapterFile);
  const method = applyMethod(spec, config);
  const json = (await parse("golden.json")) as GoldenJson;
  return { json, numbers: await open("golden.safetensors"), model, config, method, adapter, batch: toBatch(json), peft, adapterFile };
}

function toBatch({ input_ids: ids, labels, attention_mask: mask }: GoldenJson): Batch {
  return {
    batch: ids.length,
    seq: ids[0]?.length ?? 0,
    ids: Int32Array.from(ids.flat()),
    labels: Int32Array.from(labels.flat()),
    attention: Uint8Array.from(mask.flat()),
  };
}

/** A float32 tensor of the quantization fixtures; their file has element types that no checkpoint has. */
export async function quantGolden(name: string): Promise<Float32Array> {
  return new Float32Array((await quantBytes(name)).buffer);
}

/** The bytes of a tensor of the quantization fixtures. */
export async function quantBytes(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const buffer = await (await fixture("quant/quant.safetensors")).arrayBuffer();
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(buffer.slice(8, 8 + length))) as Record<string, { data_offsets: [number, number] }>;
  const [start, end] = header[name]?.data_offsets ?? [0, 0];
  return new Uint8Array(buffer.slice(8 + length + start, 8 + length + end));
}

/** ‖a − b‖ / ‖b‖ */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [difference, norm] = [0, 0];
  for (let at = 0; at < b.length; at++) {
    difference += (Number(a[at]) - Number(b[at])) ** 2;
    norm += Number(b[at]) ** 2;
  }
  return Math.sqrt(difference / Math.max(norm, 1e-30));
}

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let worst = 0;
  for (let at = 0; at < b.length; at++) {
    const difference = Math.abs(Number(a[at]) - Number(b[at]));
    worst = Number.isNaN(difference) ? Infinity : Math.max(worst, difference);
  }
  return worst;
}
