// What is typed to load a model from elsewhere. In memory only: the token is gone with the tab, as is everything here.
import { create } from "zustand";
import { toErrorRecord } from "../base/errors.ts";
import { defaultEndpoint, parseEndpoint, parseModelAddress, type ModelSource } from "../config/model-source.ts";
import type { ErrorRecord } from "./view-types.ts";

interface ModelForm {
  readonly address: string;
  readonly token: string;
  readonly endpoint: string;
  /** What is wrong with the address or the endpoint, after an attempt to load. */
  readonly error: ErrorRecord | null;
}

export const useModelForm = create<ModelForm>(() => ({ address: "", token: "", endpoint: defaultEndpoint, error: null }));

export function editModelForm(change: Partial<Omit<ModelForm, "error">>): void {
  useModelForm.setState({ ...change, error: null });
}

/** Null, with the reason beside the field, where what is typed names no model. */
export function readAddress(address: string): ModelSource | null {
  try {
    return parseModelAddress(address, useModelForm.getState().endpoint);
  } catch (thrown) {
    useModelForm.setState({ error: toErrorRecord(thrown) });
    return null;
  }
}

/** Goes with loads from a hub, to the hub that is asked. */
export function tokenFor(source: ModelSource): string | undefined {
  const token = useModelForm.getState().token.trim();
  return source.kind === "hub" && token !== "" ? token : undefined;
}

/** The host that a load from the hub would ask; undefined while what is typed is none. */
export function endpointHost(endpoint: string): string | undefined {
  try {
    return new URL(parseEndpoint(endpoint)).host;
  } catch {
    return undefined;
  }
}
