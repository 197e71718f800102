// Atelier's page of the bench: all is done in a worker, as in the app.
import { wrap } from "comlink";
import { registerErrorTransfer } from "../../../src/protocol/transfer.ts";
import { probeEngines } from "../../../src/session/diagnostics/probe.ts";
import { offer, type Contestant } from "./contestant.ts";

registerErrorTransfer();
const worker = new Worker(new URL("./atelier.worker.ts", import.meta.url), { type: "module" });
offer(wrap<Contestant>(worker));
globalThis.window.benchProbe = probeEngines;
