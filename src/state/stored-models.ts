// The models stored on this device, as the engine worker lists them.
import { create } from "zustand";
import { toErrorRecord } from "../base/errors.ts";
import { engine } from "../client/engine-client.ts";
import { words } from "../words/message.ts";
import { announce } from "./announcements.ts";
import type { CachedModel, CachedModels, ErrorRecord } from "./view-types.ts";

export interface StoredModelsState {
  /** Null until they have been listed. */
  readonly stored: CachedModels | null;
  readonly error: ErrorRecord | null;
}

export const useStoredModels = create<StoredModelsState>(() => ({ stored: null, error: null }));

export async function refreshStored(): Promise<void> {
  try {
    useStoredModels.setState({ stored: await engine.cachedModels() });
  } catch (error) {
    useStoredModels.setState({ error: toErrorRecord(error) });
  }
}

export async function deleteStored({ id, name }: CachedModel): Promise<void> {
  useStoredModels.setState({ error: null });
  try {
    await engine.deleteCached(id);
    announce(words("state/copy-deleted", { name }));
  } catch (error) {
    useStoredModels.setState({ error: toErrorRecord(error) });
  }
  await refreshStored();
}
