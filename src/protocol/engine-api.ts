// All calls that the page may make of the engine worker, by what they are about. News that nobody asked for (training progress) comes as
// events: see events.ts.
import type { ChatApi } from "./chat-api.ts";
import type { DiagnosticsApi } from "./diagnostics-api.ts";
import type { ExchangeApi } from "./exchange-api.ts";
import type { ModelsApi } from "./models-api.ts";
import type { RunsApi } from "./runs-api.ts";

export interface EngineApi extends ModelsApi, RunsApi, ChatApi, ExchangeApi, DiagnosticsApi {}
