// Parses and tokenizes; never touches the GPU. All logic is in src/session.
import { expose } from "comlink";
import { dieOfUnreadableCalls, registerErrorTransfer } from "../src/protocol/transfer.ts";
import { DataSession } from "../src/session/data/data-session.ts";

registerErrorTransfer();
dieOfUnreadableCalls(globalThis);
expose(new DataSession());
