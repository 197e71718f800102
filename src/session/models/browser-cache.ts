// The cache over this browser's files and locks, opened once a worker.
import type { CachedModels } from "../../protocol/models-api.ts";
import { openOpfs, storageSpace } from "../../storage/directory.ts";
import type { Calibrations } from "./calibrated-source.ts";
import { calibrationStore } from "./calibration-store.ts";
import type { KeepParts } from "./kept-source.ts";
import { ModelCache, type WithLock } from "./model-cache.ts";

let opened: Promise<ModelCache | null> | undefined;

/** Null where the browser cannot store files for this page. */
export function browserCache(): Promise<ModelCache | null> {
  opened ??= openOpfs("models").then((directory) =>
    directory ? new ModelCache({ directory, space: storageSpace, withLock, now: Date.now }) : null,
  );
  return opened;
}

let calibrations: Promise<Calibrations | null> | undefined;

/** Null where the browser cannot store files for this page. */
export function browserCalibrations(): Promise<Calibrations | null> {
  calibrations ??= openOpfs("calibrations").then((directory) =>
    directory
      ? {
          // One that was cut off is worth keeping until another is begun.
          open: async (id) => {
            for (const other of await directory.folders()) if (other !== id) await directory.removeFolder(other).catch(() => undefined);
            return calibrationStore(await directory.createFolder(id));
          },
          drop: (id) => directory.removeFolder(id),
        }
      : null,
  );
  return calibrations;
}

/** What is stored here; nothing where the browser cannot store any. */
export async function listCopies(): Promise<CachedModels> {
  const cache = await browserCache();
  return cache ? { entries: await cache.list(), ...(await storageSpace()) } : { entries: [], usageBytes: 0, quotaBytes: 0 };
}

/** For files that are needed several times in a row; null where the browser cannot store files for this page. */
export async function keptFiles(): Promise<KeepParts | null> {
  const directory = await openOpfs("kept");
  return directory && { directory, space: storageSpace, withLock };
}

const withLock: WithLock = (name, mode, work) =>
  navigator.locks.request(name, { mode, ifAvailable: true }, (lock) => work(lock !== null)) as ReturnType<typeof work>;
