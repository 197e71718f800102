// Starts the page: listens to the workers, lists the stored runs, loads the bundled model; and does the same again after a
// worker died, so that the user goes on where the last checkpoint stands.
import { messageOf, toErrorRecord } from "../base/errors.ts";
import { dataClient } from "../client/data-client.ts";
import { engine, engineClient } from "../client/engine-client.ts";
import { isolatePage } from "../client/isolation.ts";
import { followBudget } from "./budget-actions.ts";
import { followModel } from "./compare-actions.ts";
import { openDataset } from "./dataset-actions.ts";
import { useDataset } from "./dataset-store.ts";
import { loadModel, openTokenizer, probeEngine } from "./model-actions.ts";
import { useModel } from "./model-store.ts";
import { followAddress } from "./page-settings.ts";
import { followReadiness } from "./ready-actions.ts";
import { openRuns } from "./run-actions.ts";
import { forgetWorker, receiveEvent } from "./run-events.ts";
import { useRuns } from "./runs-store.ts";

/** Crashes in a row after which nothing is restarted by itself: a fault at start would repeat for ever. */
const maxRestarts = 3;
let engineCrashes = 0;
let engineLosses = 0;
let dataCrashes = 0;

export async function startApp(): Promise<void> {
  if (await isolatePage()) return;
  followAddress();
  followBudget();
  followModel();
  followReadiness();
  engineClient.onCrash((error) => void restartEngine(toErrorRecord(error)));
  dataClient.onCrash((error) => void restartData(toErrorRecord(error)));
  await connectEngine();
}

async function connectEngine(): Promise<void> {
  try {
    await engine.subscribe(receiveEvent);
    await engine.onEngineLost((error) => void replaceEngine(error));
  } catch (error) {
    useModel.setState({ error: toErrorRecord(error) });
    return;
  }
  void probeEngine();
  await openRuns();
  if (await loadModel()) engineCrashes = 0;
}

async function restartEngine(error: ReturnType<typeof toErrorRecord>): Promise<void> {
  const wasTraining = useRuns.getState().activeId !== null;
  forgetWorker();
  const tell = (): void => (wasTraining ? useRuns.setState({ error }) : useModel.setState({ error }));
  tell();
  if (++engineCrashes <= maxRestarts) await connectEngine();
  // Loading has cleared what was said.
  tell();
}

/**
 * The GPU was taken away, or refused what the runtime asked for; the run at work has said so. The model is loaded again on
 * another device, a few times: after that the user decides.
 */
async function replaceEngine(error: ReturnType<typeof toErrorRecord>): Promise<void> {
  if (++engineLosses > maxRestarts || !(await loadModel({ regardless: true }))) {
    // What is shown as loaded is gone.
    useModel.setState(({ error: newer }) => ({ model: null, error: newer ?? error }));
    return;
  }
  useModel.setState({ error: { ...error, key: "engine/replaced", params: { what: messageOf(error) } } });
}

async function restartData(error: ReturnType<typeof toErrorRecord>): Promise<void> {
  const { files, validation } = useDataset.getState();
  useDataset.setState({ reading: null, error });
  if (++dataCrashes > maxRestarts) return;
  if (useModel.getState().model) await openTokenizer();
  if (files) await openDataset({ data: files, validation: validation?.file ?? null });
  useDataset.setState({ error });
}
