// The page's end of the engine worker, the sole owner of the GPU.
import type { EngineApi } from "../protocol/engine-api.ts";
import { words } from "../words/message.ts";
import { WorkerClient } from "./worker-client.ts";

export const engineClient = new WorkerClient<EngineApi>(
  words("client/engine"),
  () => new Worker(new URL("../../workers/engine.worker.ts", import.meta.url), { type: "module", name: "engine" }),
);

export const engine = engineClient.api;
