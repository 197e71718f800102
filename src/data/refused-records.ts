// Records of other kinds of training, or with more than text. Each could be read as a chat, and would then teach the wrong thing: a
// rejected answer as a good one, or an answer on a picture without the picture.
import { isRecord } from "../base/json.ts";
import { RecordFault, type Fields } from "./fields.ts";

interface RefusedKind {
  readonly is: (fields: Fields) => boolean;
  readonly message: (fields: Fields) => string;
  readonly hint: string;
}

const preferenceKeys = ["chosen", "rejected", "chosen_response", "rejected_response", "rejected_messages"];
const mediaKeys = ["images", "videos", "audios", "image", "video", "audio"];
const tokenKeys = ["input_ids"];

const refusedKinds: readonly RefusedKind[] = [
  keysKind(
    preferenceKeys,
    "preference pairs are not supported yet",
    'A supervised run needs one answer: keep the chosen one as "completion".',
  ),
  {
    is: (fields) => ["label", "kto_tag"].some((key) => typeof fields.peek(key) === "boolean") && !fields.has("text"),
    message: () => "has a label of true or false (KTO); training on such labels is not supported yet.",
    hint: "A supervised run needs good answers only: keep the lines labelled true and remove the label.",
  },
  keysKind(mediaKeys, "only text can be learned", "Leave these lines out, or remove the key where the answers do not depend on it."),
  keysKind(tokenKeys, "tokens of another tokenizer cannot be used", "Give the text that the tokens were made from."),
  {
    is: (fields) => isTree(fields.peek("prompt")) || fields.has("replies"),
    message: () => "is a tree of replies; a run needs chats.",
    hint: 'Write each path from question to answer that is to be learned as {"messages": [{"role", "content"}]}.',
  },
];

/** @throws RecordFault `data/unsupported` */
export function refuseOtherKinds(fields: Fields): void {
  const kind = refusedKinds.find(({ is }) => is(fields));
  if (kind) throw new RecordFault(kind.message(fields), "data/unsupported", kind.hint);
}

function keysKind(keys: readonly string[], why: string, hint: string): RefusedKind {
  const found = (fields: Fields): string | undefined => keys.find((key) => fields.has(key));
  return { is: (fields) => found(fields) !== undefined, message: (fields) => `has the key "${found(fields)}": ${why}.`, hint };
}

function isTree(value: unknown): boolean {
  return isRecord(value) && Array.isArray(value["replies"]);
}
