// node-llama-cpp: llama.cpp as native code, on the processor: not a page, but what the same machine gives without one.
import { availableParallelism } from "node:os";
import { getLlama, LlamaLogLevel } from "node-llama-cpp";
import { answerLines } from "./lines.mjs";

answerLines(async ({ task, prompt: { ids }, newTokens, model: modelPath }) => {
  const llama = await getLlama({ gpu: false, build: "never", logLevel: LlamaLogLevel.error, progressLogs: false });
  // Left alone it may take more threads than there are cores, which then wait for each other.
  const threads = availableParallelism();
  const load = async () => {
    const model = await llama.loadModel({ modelPath, gpuLayers: 0 });
    const context = await model.createContext({ contextSize: ids.length + newTokens + 16, threads });
    return { model, context, sequence: context.getSequence() };
  };
  const { sequence, model } = await load();
  const timed = async (work) => {
    const since = performance.now();
    await work();
    return performance.now() - since;
  };
  /** The time from the first token on. */
  const decode = async () => {
    await sequence.clearHistory();
    let [count, first] = [0, 0];
    for await (const _ of sequence.evaluate(ids, { temperature: 0, yieldEogToken: true })) {
      if (count === 0) first = performance.now();
      if (++count === newTokens) break;
    }
    return { ms: performance.now() - first, units: newTokens - 1 };
  };
  const prompt = async () => {
    await sequence.clearHistory();
    return { ms: await timed(() => sequence.evaluate(ids, { temperature: 0, yieldEogToken: true }).next()), units: ids.length };
  };
  const loaded = async () => {
    let fresh;
    const ms = await timed(async () => {
      fresh = await load();
      await fresh.sequence.evaluate(ids.slice(0, 1), { temperature: 0, yieldEogToken: true }).next();
    });
    await fresh.model.dispose();
    return { ms, units: 1 };
  };
  if (task === "load") await model.dispose();
  return { compared: `the same file; native, ${threads} threads`, once: { prompt, decode, load: loaded }[task] };
});
