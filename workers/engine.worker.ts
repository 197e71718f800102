// Sole owner of the engine. All logic is in src/session.
import { expose } from "comlink";
import { dieOfUnreadableCalls, registerErrorTransfer } from "../src/protocol/transfer.ts";
import { EngineSession } from "../src/session/engine-session.ts";

registerErrorTransfer();
dieOfUnreadableCalls(globalThis);
expose(new EngineSession());
