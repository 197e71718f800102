// Compiles what a run will need while its user still looks at the data, and warms the kernels. Which programs these are the trainer itself
// says, on an engine that computes nothing. One after the other, so that whatever is asked of the engine meanwhile waits for one at most.
import { parseRunConfig } from "../../config/run-config.ts";
import type { Graph } from "../../graph/ir.ts";
import { plannedModel } from "../../model/planned-model.ts";
import type { LoadedModel } from "../../model/weights.ts";
import type { BatchSize, PrepareRunRequest } from "../../protocol/runs-api.ts";
import type { Engine, Program } from "../../runtime/engine.ts";
import { createPlanningEngine } from "../../runtime/planning-engine.ts";
import type { PreparedPrograms } from "../../runtime/prepared-programs.ts";
import type { Batch } from "../../tokens/batch.ts";
import { makeTraining } from "../../train/make-training.ts";
import { Trainer } from "../../train/trainer.ts";
import { blankStart } from "../../train/training.ts";
import type { Exclusive } from "../exclusive.ts";
import { macrotask } from "../listening.ts";
import { requireFittingBase, requirePrecision, stopIfNotWanted } from "./run-checks.ts";

type Sized = Pick<LoadedModel, "spec" | "quantizationConfig" | "engine">;

interface PrepareParts {
  readonly prepared: PreparedPrograms;
  readonly exclusive: Exclusive;
  readonly signal: AbortSignal;
}

/** @returns whether all is there; false where something else was wanted first */
export async function prepareTraining(model: LoadedModel, request: PrepareRunRequest, parts: PrepareParts): Promise<boolean> {
  const { prepared, exclusive, signal } = parts;
  const graphs = await trainingGraphs(model, request);
  await exclusive(() => prepared.keepOnly(graphs));
  for (const graph of graphs) {
    await exclusive(async () => {
      if (!signal.aborted) await prepared.prepare(graph);
    });
    await macrotask();
  }
  if (!signal.aborted && model.engine.kind === "wasm") await warmUp(model, request, parts);
  return !signal.aborted;
}

/** Rows of 16 tokens run the kernels of any length. */
const warmSize: BatchSize = { batch: 1, seq: 16 };
const [warmMs, warmSteps] = [1500, 12];

/**
 * The browser compiles a function of the runtime well only after it has run for a while: the first steps of a run are many times slower
 * than the tenth. Steps on a short row, whose outcome is thrown away, take that time beforehand.
 */
async function warmUp(model: LoadedModel, { config }: PrepareRunRequest, { prepared, exclusive, signal }: PrepareParts): Promise<void> {
  const training = makeTraining(model.spec, parseRunConfig(config));
  const spent = { ms: 0 };
  const run: Engine["run"] = (program, feeds) =>
    exclusive(async () => {
      stopIfNotWanted(signal);
      const since = performance.now();
      const results = await prepared.inner.run(program, feeds);
      spent.ms += performance.now() - since;
      return results;
    });
  const trainer = await Trainer.create({ ...model, engine: { ...prepared.engine, compile, run } }, training, blankStart(training));
  try {
    for (let step = 0; step < warmSteps && spent.ms < warmMs; step++) await trainer.update([emptyBatch(warmSize)], 0);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await exclusive(() => trainer.dispose());
  }

  // What is prepared is left to the run.
  function compile<Output extends string>(graph: Graph<Output>): Promise<Program<Output>> {
    return exclusive(() => prepared.inner.compile(graph));
  }
}

/** In the order in which a run comes to need them. @throws AtelierError `config/invalid` */
async function trainingGraphs(
  { spec, quantizationConfig, engine }: Sized,
  { config: asked, sizes: { steps, validation } }: PrepareRunRequest,
): Promise<readonly Graph[]> {
  const config = parseRunConfig(asked);
  const training = makeTraining(spec, config);
  requireFittingBase(training.method, { spec, quantizationConfig });
  requirePrecision(config.optimizer, engine);
  const planning = createPlanningEngine(engine.kind === "webgpu" ? "webgpu" : "wasm", engine.hasFloat16);
  const graphs: Graph[] = [];
  const compile: Engine["compile"] = (graph) => {
    graphs.push(graph);
    return planning.compile(graph);
  };
  const trainer = await Trainer.create(plannedModel({ ...planning, compile }, spec, quantizationConfig), training, blankStart(training));
  if (config.stopping.evaluateEvery > 0) await trainer.evaluate(validation.map(emptyBatch));
  for (const size of steps) await trainer.update([emptyBatch(size)], 0);
  await trainer.dispose();
  return graphs;
}

/** All its tokens are learned; positions past a context are padding's, which a model that learns positions does not look up. */
function emptyBatch({ batch, seq }: BatchSize): Batch {
  const tokens = batch * seq;
  return { batch, seq, ids: new Int32Array(tokens), labels: new Int32Array(tokens), attention: new Uint8Array(tokens) };
}
