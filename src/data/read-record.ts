// One JSON value of a file to an example, or to an issue that names its line.
import { legacyRecord } from "../base/errors.ts";
import { isRecord } from "../base/json.ts";
import { placeOf, type DataIssue, type Example } from "./example.ts";
import { describe, quoteSome } from "./excerpt.ts";
import { Fields, RecordFault } from "./fields.ts";
import { acceptedKeys, formatOf } from "./formats.ts";
import { refuseHalves } from "./json-text.ts";
import type { FoundValue } from "./read-values.ts";
import { refuseOtherKinds } from "./refused-records.ts";

export type Read =
  | { readonly example: Example; readonly format: string; readonly unused: ReadonlySet<string> }
  | { readonly issue: DataIssue };

export function readRecord(found: FoundValue, unit: "line" | "object"): Read {
  const line = found.place;
  try {
    if ("fault" in found) throw new RecordFault(found.fault, "data/not-json", "Write each object as json.dumps or JSON.stringify does.");
    const { value } = found;
    if (!isRecord(value))
      throw new RecordFault(
        `is ${Array.isArray(value) ? "an array" : describe(value)}; expected an object.`,
        "data/not-object",
        `Use objects with keys such as ${acceptedKeys}.`,
      );
    refuseHalves(found.text, value);
    const fields = new Fields(value);
    refuseOtherKinds(fields);
    const format = formatOf(fields);
    if (!format) {
      const keys = `has the keys ${quoteSome(Object.keys(value))}, which are no known format.`;
      throw new RecordFault(keys, "data/unknown-keys", `Use ${acceptedKeys}.`);
    }
    return { example: { ...format.read(fields), line }, format: format.name, unused: fields.unused() };
  } catch (error) {
    if (!(error instanceof RecordFault)) throw error;
    const hint = error.hint ?? `Correct this ${unit}, or leave it out.`;
    return { issue: { line, ...legacyRecord(error.code, `${placeOf(unit, line)} ${error.message}`, hint) } };
  }
}
