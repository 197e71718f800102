// What the measure of the first minute asks of the page: to load the bundled model, to learn a sample with the default recipe,
// and to answer as the chat does.
import { engine } from "../../client/engine-client.ts";
import type { FirstMinutePage, HeadlessRequest } from "../request.ts";
import { load, type OpenedModel } from "./load.ts";
import { train } from "./train.ts";

const asThePage: Extract<HeadlessRequest, { verb: "train" }> = {
  verb: "train",
  config: {},
  resume: false,
  wantFiles: false,
  wantCheck: false,
  model: { kind: "bundled" },
  token: null,
  adapterName: null,
  provider: null,
  requireGpu: false,
  quantization: "auto",
  quantizeHead: false,
};
const greedy = { maxTokens: 96, temperature: 0, topP: 1, topK: 0, seed: 42 };

let loaded: OpenedModel | undefined;

export const firstMinutePage: FirstMinutePage = {
  answer: async (questions, runId) => {
    loaded ??= await load(asThePage);
    const texts: string[] = [];
    for (const content of questions) {
      const prompt = { kind: "chat", messages: [{ role: "user", content }] } as const;
      texts.push((await engine.generate({ prompt, runId, sampling: greedy }, () => undefined)).text);
    }
    return texts;
  },
  teach: async () => {
    loaded ??= await load(asThePage);
    const before = new Set((await engine.listRuns()).map(({ id }) => id));
    await train(asThePage, loaded);
    const runId = (await engine.listRuns()).find(({ id }) => !before.has(id))?.id ?? "";
    const { steps } = await engine.runHistory(runId);
    return { runId, seconds: steps.reduce((sum, { ms }) => sum + ms, 0) / 1000 };
  },
};
