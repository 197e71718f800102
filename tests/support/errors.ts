// What an action throws, as the record that would cross to the page, with what an English reader is told. Tests look at codes and
// parameters, and at what a message names.
import { toErrorRecord, type ErrorRecord } from "../../src/base/errors.ts";
import { english } from "./words.ts";

/** A record with its words in English. */
export type Told = ErrorRecord & { readonly message: string; readonly hint: string };

export function told(record: ErrorRecord): Told {
  return { ...record, ...english.error(record) };
}

export async function failureOf(action: () => unknown): Promise<Told> {
  try {
    await action();
  } catch (error) {
    return told(toErrorRecord(error));
  }
  throw new Error("The action was expected to fail and did not.");
}
