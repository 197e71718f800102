// What an action throws, as the record that would cross to the page. Tests look at codes, and at what a message names.
import { toErrorRecord, type ErrorRecord } from "../../src/base/errors.ts";

export async function failureOf(action: () => unknown): Promise<ErrorRecord> {
  try {
    await action();
  } catch (error) {
    return toErrorRecord(error);
  }
  throw new Error("The action was expected to fail and did not.");
}
