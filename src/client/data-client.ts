// The page's end of the data worker, which parses files and tokenizes chats.
import type { DataApi } from "../protocol/data-api.ts";
import { words } from "../words/message.ts";
import { WorkerClient } from "./worker-client.ts";

export const dataClient = new WorkerClient<DataApi>(
  words("client/data-reader"),
  () => new Worker(new URL("../../workers/data.worker.ts", import.meta.url), { type: "module", name: "data" }),
);

export const data = dataClient.api;
