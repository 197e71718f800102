// Says which tab trains a run. The lock dies with its tab: a run that is marked as running without it was interrupted.
import { AtelierError } from "../../base/errors.ts";

const lockName = (id: string): string => `atelier-run-${id}`;

/** Gives the lock back; resolves once others can have it. */
export type ReleaseRun = () => Promise<void>;

/** @throws AtelierError `run/elsewhere` where another tab trains this run. */
export async function takeRunLock(id: string): Promise<ReleaseRun> {
  return new Promise((resolve, reject) => {
    const held = navigator.locks.request(lockName(id), { ifAvailable: true }, (lock) => {
      if (!lock) throw elsewhere();
      return new Promise<void>((free) => {
        resolve(async () => {
          free();
          await held;
        });
      });
    });
    held.catch(reject);
  });
}

export async function isRunning(id: string): Promise<boolean> {
  const { held } = await navigator.locks.query();
  return held?.some(({ name }) => name === lockName(id)) ?? false;
}

/** @throws AtelierError `run/elsewhere` */
export async function refuseRunning(id: string): Promise<void> {
  if (await isRunning(id)) throw elsewhere();
}

function elsewhere(): AtelierError {
  return new AtelierError("run/elsewhere");
}
