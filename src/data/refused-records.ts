// Records of other kinds of training, or with more than text. Each could be read as a chat, and would then teach the wrong thing: a
// rejected answer as a good one, or an answer on a picture without the picture.
import { isRecord } from "../base/json.ts";
import { RecordFault, type Fields } from "./fields.ts";

interface RefusedKind {
  readonly is: (fields: Fields) => boolean;
  readonly fault: (fields: Fields) => RecordFault;
}

const preferenceKeys = ["chosen", "rejected", "chosen_response", "rejected_response", "rejected_messages"];
const mediaKeys = ["images", "videos", "audios", "image", "video", "audio"];
const tokenKeys = ["input_ids"];

const refusedKinds: readonly RefusedKind[] = [
  keysKind(preferenceKeys, "data/unsupported#preference"),
  {
    is: (fields) => ["label", "kto_tag"].some((key) => typeof fields.peek(key) === "boolean") && !fields.has("text"),
    fault: () => new RecordFault("data/unsupported#label"),
  },
  keysKind(mediaKeys, "data/unsupported#media"),
  keysKind(tokenKeys, "data/unsupported#tokens"),
  {
    is: (fields) => isTree(fields.peek("prompt")) || fields.has("replies"),
    fault: () => new RecordFault("data/unsupported#replies", { shape: '{"messages": [{"role", "content"}]}' }),
  },
];

/** @throws RecordFault `data/unsupported` */
export function refuseOtherKinds(fields: Fields): void {
  const kind = refusedKinds.find(({ is }) => is(fields));
  if (kind) throw kind.fault(fields);
}

function keysKind(keys: readonly string[], why: `data/unsupported#${"preference" | "media" | "tokens"}`): RefusedKind {
  const found = (fields: Fields): string | undefined => keys.find((key) => fields.has(key));
  return { is: (fields) => found(fields) !== undefined, fault: (fields) => new RecordFault(why, { key: found(fields) ?? "" }) };
}

function isTree(value: unknown): boolean {
  return isRecord(value) && Array.isArray(value["replies"]);
}
