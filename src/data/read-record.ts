// One JSON value of a file to an example, or to an issue that names its line.
import { isRecord } from "../base/json.ts";
import { words } from "../words/message.ts";
import type { DataIssue, Example } from "./example.ts";
import { describe, quoteSome } from "./excerpt.ts";
import { Fields, RecordFault } from "./fields.ts";
import { acceptedKeys, formatOf } from "./formats.ts";
import { refuseHalves } from "./json-text.ts";
import type { Mapping } from "./mapped-roles.ts";
import { readMapped } from "./mapping.ts";
import type { FoundValue } from "./read-values.ts";
import { refuseOtherKinds } from "./refused-records.ts";

export type Read =
  | { readonly example: Example; readonly format: string; readonly unused: ReadonlySet<string> }
  | { readonly issue: DataIssue };

/** @param mapping what the user says that the keys are, in place of the table of shapes */
export function readRecord(found: FoundValue, unit: "line" | "object", mapping?: Mapping): Read {
  const line = found.place;
  try {
    if ("fault" in found) throw found.fault;
    const { value } = found;
    if (!isRecord(value)) {
      const what = Array.isArray(value) ? words("data/an-array") : describe(value);
      throw new RecordFault("data/not-object", { found: what, shapes: acceptedKeys });
    }
    refuseHalves(found.text, value);
    const fields = new Fields(value);
    if (mapping) return { example: { ...readMapped(fields, mapping), line }, format: "mapped", unused: fields.unused() };
    refuseOtherKinds(fields);
    const format = formatOf(fields);
    if (!format) throw new RecordFault("data/unknown-keys", { keys: quoteSome(Object.keys(value)), shapes: acceptedKeys });
    return { example: { ...format.read(fields), line }, format: format.name, unused: fields.unused() };
  } catch (error) {
    if (!(error instanceof RecordFault)) throw error;
    return { issue: error.issueAt(unit, line) };
  }
}
