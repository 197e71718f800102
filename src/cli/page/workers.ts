// Starts both workers of the app. A worker that cannot start is an error, not a page that waits for ever.
import { wrap, type Remote } from "comlink";
import { AtelierError } from "../../base/errors.ts";
import type { DataApi } from "../../protocol/data-api.ts";
import type { EngineApi } from "../../protocol/engine-api.ts";
import { registerErrorTransfer } from "../../protocol/transfer.ts";

export interface Workers {
  readonly engine: Remote<EngineApi>;
  readonly data: Remote<DataApi>;
  /** Rejects when a worker dies. */
  readonly crashed: Promise<never>;
}

export function startWorkers(): Workers {
  registerErrorTransfer();
  const engine = new Worker(new URL("../../../workers/engine.worker.ts", import.meta.url), { type: "module" });
  const data = new Worker(new URL("../../../workers/data.worker.ts", import.meta.url), { type: "module" });
  const crashed = new Promise<never>((_resolve, reject) => {
    for (const worker of [engine, data]) {
      worker.addEventListener("error", ({ message }) => {
        reject(
          new AtelierError(
            "worker/crashed",
            `A worker stopped: ${message || "it could not be loaded"}.`,
            "Run the command again; if it stays, report it.",
          ),
        );
      });
    }
  });
  // Whoever waits on a call races against it; alone it must not count as unhandled.
  crashed.catch(() => undefined);
  return { engine: wrap<EngineApi>(engine), data: wrap<DataApi>(data), crashed };
}
