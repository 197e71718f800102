// All layers and the head as a few programs. For providers that pack what they know beforehand and copy what they are fed they have the
// frozen weights built in, cut into segments, so that the runtime never holds much more than the weights: it packs them one program
// after the other, beside their copies. A GPU takes the weights where they lie, as they are held: there all of it is one program.
// What a method trains is an input of both.
import { AtelierError } from "../../base/errors.ts";
import { openSizes } from "../../base/tensor.ts";
import { hoisted, type Hoisted } from "../../graph/hoist.ts";
import type { Graph, GraphInput } from "../../graph/ir.ts";
import { fusedGraph } from "../../graph/fuse.ts";
import { stackedGraph } from "../../graph/stack.ts";
import { joinGraphs, type GraphPart } from "../../graph/join-graphs.ts";
import { builtBytes, builtForms, builtReader, type BuiltForm } from "../built-weights.ts";
import type { LayerForms } from "../held-weights.ts";
import type { AppliedMethod } from "../methods/method.ts";
import type { MatrixForm } from "../quantization/forms.ts";
import type { LayerKind, ModelSpec } from "../spec.ts";
import { blockKinds, tunedHead } from "../tuned-stages.ts";
import type { LoadedModel, NamedWeights } from "../weights.ts";
import { blockDecodeGraph, layerState, pastOf, type LayerState } from "./block.ts";
import { blockCachedGraph, cacheInputs, fitsCachedAttention } from "./cached-block.ts";
import { choosingGraph, headKey, likeliestNames, logitsGraph } from "./head.ts";
import { blockKey, type BlockKind } from "./scope.ts";

/** Weights of a segment, where it has more than one stage. */
const mostBytes = 128 * 2 ** 20;

/** What a segment is fed beside what is cached and trained; the layers' kinds say which of the masks and tables. */
export const wholeInputs = {
  hidden: "hidden",
  positions: "positions",
  ...cacheInputs,
  picked: "rows",
  /** One by the temperature; only where weights are fed. */
  coolness: "coolness",
  mask: (window: number | null) => `mask.${window}`,
  cos: (rope: number) => `cos.${rope}`,
  sin: (rope: number) => `sin.${rope}`,
  past: (state: string, layer: number) => `${pastOf(state)}.${layer}`,
  /** @param group "parameters", "fixed" or "shared" */
  tuned: (group: string, layer: number) => `${group}.${layer}`,
  weight: (group: StageGroup, name: string) => `${group}/${name}`,
} as const;

/** What a segment gives beside the rows that its layers add to their states: to the next one, or the logits of the picked rows. */
export const wholeOutputs = {
  hidden: "hidden.next",
  logits: "logits",
  /** Where weights are fed, of the picked rows: see {@link choosingGraph}. */
  likeliest: likeliestNames,
  fresh: (state: string, layer: number) => `${state}.${layer}`,
} as const;

/** A layer, or the final norm and the head. */
type StageGroup = number | "head";

/** How the frozen weights come into it. */
export interface WholeKind {
  readonly spec: ModelSpec;
  readonly layerForms: readonly LayerForms[];
  readonly headForm: MatrixForm;
  /** The form in which they are built in; null where they are inputs. */
  readonly builtIn: BuiltForm | null;
  /** Whether there is a kernel that attends over a cache, and can be trusted. */
  readonly attends: boolean;
}

/** Whether caches are written in place by the kernel that reads them: see cached-block.ts. */
export function cachesInPlace({ spec, attends }: WholeKind, method: AppliedMethod | null): boolean {
  return attends && fitsCachedAttention(spec, method);
}

export function builtInWhole(spec: ModelSpec, builtIn: BuiltForm): WholeKind {
  const forms = builtForms(spec, builtIn);
  return { spec, layerForms: spec.layerKinds.map(() => forms), headForm: builtIn, builtIn, attends: false };
}

type Fed = Pick<LoadedModel, "spec" | "layerForms" | "headForm" | "attendsRightly">;

export function fedWhole({ spec, layerForms, headForm, attendsRightly }: Fed): WholeKind {
  return { spec, layerForms, headForm, builtIn: null, attends: attendsRightly };
}

/** What {@link fedWhole} is fed of a model. */
export function wholeWeights({ layers, head }: LoadedModel): NamedWeights {
  const groups = [...layers.entries(), ["head", head] as const];
  return Object.fromEntries(
    groups.flatMap(([group, weights]) => Object.entries(weights).map(([name, tensor]) => [wholeInputs.weight(group, name), tensor])),
  );
}

interface Stage extends Pick<GraphPart, "graph" | "nameOf" | "outputs"> {
  readonly group: StageGroup;
  /** That are built in. */
  readonly bytes: number;
}

/** In the order in which they run: the first takes the hidden rows of the embedding, the last gives the logits. */
export function wholeGraphs(model: LoadedModel, kind: WholeKind, method: AppliedMethod | null): readonly Graph[] {
  const segments: Stage[][] = [];
  let bytes = Infinity;
  for (const stage of stagesOf(kind, method)) {
    bytes += stage.bytes;
    if (bytes > mostBytes) {
      segments.push([]);
      bytes = stage.bytes;
    }
    segments.at(-1)?.push(stage);
  }
  return segments.map((stages, at) => {
    const parts = stages.map(({ group, ...stage }) => ({ ...stage, weightOf: weightsOf(model, kind, group) }));
    const states = stages.flatMap(({ group, outputs }) => (group === "head" ? [] : Object.values(outputs).slice(1)));
    const isLast = at === segments.length - 1;
    const end = isLast ? Object.fromEntries(headOutputs(kind).map((name) => [name, name])) : { [wholeOutputs.hidden]: wholeInputs.hidden };
    const joined = joinGraphs("decode.whole", parts, { ...Object.fromEntries(states.map((state) => [state, state])), ...end });
    return kind.builtIn ? joined : fusedGraph(stackedGraph(joined));
  });
}

/**
 * The one graph of a model that is fed its weights, with what it computes of the method's tensors and of vectors alone apart from it: that
 * runs once for all tokens of an answer.
 */
export function fedGraphs(model: LoadedModel, kind: WholeKind, method: AppliedMethod | null): Hoisted {
  const [graph, ...others] = wholeGraphs(model, kind, method);
  if (!graph || others.length > 0) throw new AtelierError("graph/shape#missing");
  const isTuned = (name: string): boolean => tunedGroups.some((group) => name.startsWith(`${group}.`));
  const isVector = ({ name, value: { dtype, shape } }: GraphInput): boolean =>
    name.includes("/") && dtype === "float32" && shape.length === 1;
  return hoisted(graph, (input) => isTuned(input.name) || isVector(input)) ?? { before: null, main: graph };
}

const tunedGroups = ["parameters", "fixed", "shared"] as const;

/** Bytes of the weights that the programs have built in. */
export function wholeBytes(kind: WholeKind, method: AppliedMethod | null): number {
  return kind.builtIn ? stagesOf(kind, method).reduce((sum, { bytes }) => sum + bytes, 0) : 0;
}

/** Methods whose programs are the same have the same key. */
export function wholeKey(kind: WholeKind, method: AppliedMethod | null): string {
  const layers = blockKinds(kind, method).map(blockKey);
  return [...layers, headKey({ tuned: tunedHead(method) }), method?.prefixTokens ?? 0].join("\n");
}

function stagesOf(kind: WholeKind, method: AppliedMethod | null): readonly Stage[] {
  const { rows, past, picked } = openSizes;
  const graphs = new Map<string, LayerGraph>();
  const layerGraph = cachesInPlace(kind, method)
    ? blockCachedGraph
    : (block: BlockKind) => blockDecodeGraph(block, { tokens: rows, capacity: past, positions: rows });
  const layers = blockKinds(kind, method).map((block, at) => {
    const key = blockKey(block);
    const graph = graphs.get(key) ?? layerGraph(block);
    graphs.set(key, graph);
    return layerStage(kind, block, graph, at);
  });
  const head = (kind.builtIn ? logitsGraph : choosingGraph)({ ...kind, tuned: tunedHead(method) }, rows, picked);
  const nameOf = (input: string): string | undefined => {
    if (input === "hidden" || input === "rows") return wholeInputs[input === "rows" ? "picked" : "hidden"];
    return input === wholeInputs.coolness || input.startsWith("parameters.") ? input : undefined;
  };
  return [...layers, stageOf(kind, "head", head, nameOf, Object.fromEntries(headOutputs(kind).map((name) => [name, name])))];
}

function headOutputs({ builtIn }: WholeKind): readonly string[] {
  return builtIn ? [wholeOutputs.logits] : [wholeOutputs.logits, ...likeliestNames];
}

type LayerGraph = ReturnType<typeof blockDecodeGraph>;

function layerStage(kind: WholeKind, { spec, layer }: BlockKind, graph: LayerGraph, at: number): Stage {
  const names = layerNames(spec, layer, at);
  const states = Object.keys(layerState(spec)) as (keyof LayerState)[];
  const outputs = { y: wholeInputs.hidden, ...Object.fromEntries(states.map((state) => [state, wholeOutputs.fresh(state, at)])) };
  return stageOf(kind, at, graph, (input) => names.get(input), outputs);
}

function layerNames(spec: ModelSpec, { window, rope }: LayerKind, at: number): ReadonlyMap<string, string> {
  const states = Object.keys(layerState(spec)).map((state) => [pastOf(state), wholeInputs.past(state, at)] as const);
  const tuned = tunedGroups.map((group) => [group, wholeInputs.tuned(group, at)] as const);
  return new Map<string, string>([
    ["x", wholeInputs.hidden],
    ["positions", wholeInputs.positions],
    [cacheInputs.last, wholeInputs.last],
    [cacheInputs.total, wholeInputs.total],
    ["mask", wholeInputs.mask(window)],
    ["cos", wholeInputs.cos(rope ?? 0)],
    ["sin", wholeInputs.sin(rope ?? 0)],
    ...states,
    ...tuned,
  ]);
}

/** A program that is fed its weights reads none. */
function weightsOf(model: LoadedModel, { builtIn }: WholeKind, group: StageGroup): GraphPart["weightOf"] {
  return builtIn ? builtReader(model, group, builtIn) : () => () => Promise.reject(new AtelierError("graph/shape#missing"));
}

function stageOf({ builtIn }: WholeKind, group: StageGroup, graph: Graph, sharedName: Stage["nameOf"], outputs: Stage["outputs"]): Stage {
  if (!builtIn) {
    const nameOf = (input: string): string => sharedName(input) ?? wholeInputs.weight(group, input);
    return { group, graph, nameOf, outputs, bytes: 0 };
  }
  return {
    group,
    graph,
    nameOf: sharedName,
    outputs,
    bytes: builtBytes(graph.inputs.filter(({ name }) => sharedName(name) === undefined)),
  };
}
