// wllama: llama.cpp compiled to WebAssembly, in a page of its own. Its server takes the prompt as a text, here of letters that are a token each, and tells what prompt and answer
// took by its own clock, which leaves out what it takes to hand the text over.
import { Wllama } from "../node_modules/@wllama/wllama/esm/index.js";
import { offer } from "./contestant.mjs";

const wasm = new URL("../node_modules/@wllama/wllama/esm/wasm/wllama.wasm", import.meta.url).href;
const quiet = { debug: () => undefined, log: () => undefined, warn: () => undefined, error: () => undefined };

offer(async ({ task, provider, prompt: { text }, newTokens }, file) => {
  const params = { n_ctx: text.length + newTokens + 16, n_threads: navigator.hardwareConcurrency, n_parallel: 1 };
  const load = async () => {
    const wllama = new Wllama({ default: wasm }, { suppressNativeLog: true, logger: quiet });
    await wllama.loadModel([file], { ...params, n_gpu_layers: provider === "webgpu" ? 999 : 0 });
    return wllama;
  };
  const answer = (wllama, prompt, max_tokens) =>
    wllama.createCompletion({ prompt, max_tokens, temperature: 0, top_k: 1, cache_prompt: false, ignore_eos: true });
  const wllama = await load();
  const where = provider === "webgpu" ? "all layers on WebGPU" : `${wllama.getNumThreads()} threads`;
  const compared = `the same file; ${where}; by its own clock`;
  const timings = async (tokens) => {
    const { timings: taken } = await answer(wllama, text, tokens);
    if (taken.prompt_n !== text.length || taken.predicted_n !== tokens)
      throw new Error(`It read ${taken.prompt_n} tokens and answered with ${taken.predicted_n}.`);
    return taken;
  };
  const once = {
    prompt: async () => ({ ms: (await timings(1)).prompt_ms, units: text.length }),
    // The first token comes with the prompt.
    decode: async () => ({ ms: (await timings(newTokens)).predicted_ms, units: newTokens - 1 }),
    load: async () => {
      const since = performance.now();
      const fresh = await load();
      await answer(fresh, text.slice(0, 1), 1);
      const ms = performance.now() - since;
      await fresh.exit();
      return { ms, units: 1 };
    },
  };
  if (task === "load") await wllama.exit();
  return { compared: task === "load" ? `the same file; ${where}; its WebAssembly starts anew` : compared, once: once[task] };
});
