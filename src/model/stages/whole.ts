// All layers and the head as a few programs that have the frozen weights built in, for providers that pack what they know beforehand and
// copy what they are fed. What a method trains stays an input. Cut into segments, so that the runtime never holds much more than
// the weights: it packs them one program after the other, beside their copies.
import { openSizes } from "../../base/tensor.ts";
import type { Graph } from "../../graph/ir.ts";
import { joinGraphs, type GraphPart } from "../../graph/join-graphs.ts";
import { floatBytes, floatForm, floatForms, floatReader } from "../float-weights.ts";
import type { AppliedMethod } from "../methods/method.ts";
import type { LayerKind, ModelSpec } from "../spec.ts";
import { tunedHead, tunedLayer } from "../tuned-stages.ts";
import type { LoadedModel } from "../weights.ts";
import { blockDecodeGraph, layerState, pastOf, type LayerState } from "./block.ts";
import { headKey, logitsGraph } from "./head.ts";
import { blockKey, type BlockKind } from "./scope.ts";

/** Weights of a segment, where it has more than one stage. */
const mostBytes = 128 * 2 ** 20;

/** What a segment is fed beside what is cached and trained; the layers' kinds say which of the masks and tables. */
export const wholeInputs = {
  hidden: "hidden",
  positions: "positions",
  picked: "rows",
  mask: (window: number | null) => `mask.${window}`,
  cos: (rope: number) => `cos.${rope}`,
  sin: (rope: number) => `sin.${rope}`,
  past: (state: string, layer: number) => `${pastOf(state)}.${layer}`,
  /** @param group "parameters", "fixed" or "shared" */
  tuned: (group: string, layer: number) => `${group}.${layer}`,
} as const;

/** What a segment gives beside the rows that its layers add to their states: to the next one, or the logits of the picked rows. */
export const wholeOutputs = {
  hidden: "hidden.next",
  logits: "logits",
  fresh: (state: string, layer: number) => `${state}.${layer}`,
} as const;

interface Stage extends Pick<GraphPart, "graph" | "nameOf" | "outputs"> {
  readonly group: number | "head";
  readonly bytes: number;
}

/** In the order in which they run: the first takes the hidden rows of the embedding, the last gives the logits. */
export function wholeGraphs(model: LoadedModel, method: AppliedMethod | null): readonly Graph[] {
  const segments: Stage[][] = [];
  let bytes = Infinity;
  for (const stage of stagesOf(model.spec, method)) {
    bytes += stage.bytes;
    if (bytes > mostBytes) {
      segments.push([]);
      bytes = stage.bytes;
    }
    segments.at(-1)?.push(stage);
  }
  return segments.map((stages, at) => {
    const parts = stages.map(({ group, ...stage }) => ({ ...stage, weightOf: floatReader(model, group) }));
    const states = stages.flatMap(({ group, outputs }) => (group === "head" ? [] : Object.values(outputs).slice(1)));
    const end = at === segments.length - 1 ? { [wholeOutputs.logits]: "logits" } : { [wholeOutputs.hidden]: wholeInputs.hidden };
    return joinGraphs("decode.whole", parts, { ...Object.fromEntries(states.map((state) => [state, state])), ...end });
  });
}

/** Bytes of the weights that the programs have built in. */
export function wholeBytes(spec: ModelSpec, method: AppliedMethod | null): number {
  return stagesOf(spec, method).reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Methods whose programs are the same have the same key. */
export function wholeKey(spec: ModelSpec, method: AppliedMethod | null): string {
  const forms = floatForms(spec);
  const layers = spec.layerKinds.map((layer, at) => blockKey({ spec, layer, forms, tuned: tunedLayer(method, at) }));
  return [...layers, headKey({ tuned: tunedHead(method) }), method?.prefixTokens ?? 0].join("\n");
}

function stagesOf(spec: ModelSpec, method: AppliedMethod | null): readonly Stage[] {
  const { rows, past, picked } = openSizes;
  const forms = floatForms(spec);
  const graphs = new Map<string, LayerGraph>();
  const layers = spec.layerKinds.map((layer, at) => {
    const kind = { spec, layer, forms, tuned: tunedLayer(method, at) };
    const key = blockKey(kind);
    const graph = graphs.get(key) ?? blockDecodeGraph(kind, { tokens: rows, capacity: past, positions: rows });
    graphs.set(key, graph);
    return layerStage(kind, graph, at);
  });
  const head = logitsGraph({ spec, headForm: floatForm, tuned: tunedHead(method) }, rows, picked);
  const nameOf = (input: string): string | undefined => {
    if (input === "hidden" || input === "rows") return wholeInputs[input === "rows" ? "picked" : "hidden"];
    return input.startsWith("parameters.") ? input : undefined;
  };
  return [...layers, stageOf("head", head, nameOf, { logits: "logits" })];
}

type LayerGraph = ReturnType<typeof blockDecodeGraph>;

function layerStage(kind: BlockKind, graph: LayerGraph, at: number): Stage {
  const names = layerNames(kind.spec, kind.layer, at);
  const states = Object.keys(layerState(kind.spec)) as (keyof LayerState)[];
  const outputs = { y: wholeInputs.hidden, ...Object.fromEntries(states.map((state) => [state, wholeOutputs.fresh(state, at)])) };
  return stageOf(at, graph, (input) => names.get(input), outputs);
}

function layerNames(spec: ModelSpec, { window, rope }: LayerKind, at: number): ReadonlyMap<string, string> {
  const states = Object.keys(layerState(spec)).map((state) => [pastOf(state), wholeInputs.past(state, at)] as const);
  const tuned = ["parameters", "fixed", "shared"].map((group) => [group, wholeInputs.tuned(group, at)] as const);
  return new Map<string, string>([
    ["x", wholeInputs.hidden],
    ["positions", wholeInputs.positions],
    ["mask", wholeInputs.mask(window)],
    ["cos", wholeInputs.cos(rope ?? 0)],
    ["sin", wholeInputs.sin(rope ?? 0)],
    ...states,
    ...tuned,
  ]);
}

function stageOf(group: Stage["group"], graph: Graph, nameOf: Stage["nameOf"], outputs: Stage["outputs"]): Stage {
  return { group, graph, nameOf, outputs, bytes: floatBytes(graph.inputs.filter(({ name }) => nameOf(name) === undefined)) };
}
