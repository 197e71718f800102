// Records as they were stored, by this version of the app or another one, made those of this version.
import { AtelierError, toErrorRecord } from "../base/errors.ts";
import { currentConfig } from "../config/config-migrations.ts";
import { defaultRunConfig } from "../config/run-config.ts";
import { requireKnownVersion } from "./migrations.ts";
import { formatVersion, type RunRecord } from "./run-record.ts";
import { withForm } from "./stored-form.ts";
import { withCurrentError } from "./stored-words.ts";

/** A record of any version: what identifies it is the same in all. */
export type StoredRecord = Omit<RunRecord, "version" | "config"> & { readonly version: number; readonly config: unknown };

/** @throws AtelierError `checkpoint/newer`, `checkpoint/invalid`, `config/invalid` */
export function currentRecord(stored: StoredRecord): RunRecord {
  requireKnownVersion(stored.version);
  const config = currentConfig(stored.config, stored.version);
  return { ...withCurrentError({ ...stored, config, version: formatVersion }), model: withForm(stored.model) };
}

/** For a listing: one that cannot be read is there all the same, as a run that failed, with the reason. */
export function listedRecord(stored: StoredRecord): RunRecord {
  try {
    return currentRecord(stored);
  } catch (thrown) {
    if (!(thrown instanceof AtelierError)) throw thrown;
    const error = toErrorRecord(thrown);
    const known = { version: formatVersion, config: defaultRunConfig, model: withForm(stored.model) } as const;
    return { ...stored, ...known, phase: "failed", error, isUnreadable: true };
  }
}
