// The model of tokenizer.json, of which only the kind BPE is read, checked before transformers.js gets it: what it would pass over
// in silence is refused here.
import { isRecord, type Json } from "../../base/json.ts";
import { words } from "../../words/message.ts";
import { invalidTokenizer, quoted, requireList, unknownPart, unknownSetting } from "./file-json.ts";

export interface CheckedModel {
  readonly vocabulary: ReadonlyMap<string, number>;
  /** With the defaults written out. */
  readonly json: Json;
}

/** @throws AtelierError `tokens/tokenizer-invalid` */
export function checkModel(model: unknown): CheckedModel {
  if (!isRecord(model) || !isRecord(model["vocab"])) throw invalidTokenizer(words("tokens/no-vocabulary"));
  const { type, dropout, unk_token: unknownToken, continuing_subword_prefix: prefix } = model;
  if ((type ?? "BPE") !== "BPE" || !("merges" in model)) throw unknownPart("model", quoted(type));
  if (typeof dropout === "number" && dropout > 0) throw unknownSetting("dropout", dropout);
  if (typeof prefix === "string" && prefix !== "") throw unknownSetting("continuing_subword_prefix", prefix);
  const vocabulary = vocabularyOf(model["vocab"]);
  if (typeof unknownToken === "string" && !vocabulary.has(unknownToken))
    throw invalidTokenizer(words("tokens/unknown-token", { token: quoted(unknownToken) }));
  return { vocabulary, json: { ...model, type: "BPE", merges: mergesOf(model["merges"], vocabulary) } };
}

function vocabularyOf(vocab: Json): Map<string, number> {
  const vocabulary = new Map<string, number>();
  for (const [token, id] of Object.entries(vocab)) {
    if (typeof id !== "number" || !Number.isInteger(id) || id < 0) throw invalidTokenizer(words("tokens/id", { token: quoted(token) }));
    vocabulary.set(token, id);
  }
  return vocabulary;
}

function mergesOf(merges: unknown, vocabulary: ReadonlyMap<string, number>): (readonly [string, string])[] {
  return requireList(merges, "merges").map((entry, at) => {
    const merge = String(at + 1);
    const pair: unknown = typeof entry === "string" ? entry.split(" ") : entry;
    const [left, right] = Array.isArray(pair) && pair.length === 2 ? (pair as unknown[]) : [];
    if (typeof left !== "string" || typeof right !== "string") throw invalidTokenizer(words("tokens/merge-pair", { merge }));
    if (![left, right, left + right].every((token) => vocabulary.has(token)))
      throw invalidTokenizer(words("tokens/merge-token", { merge, pair: quoted([left, right]) }));
    return [left, right];
  });
}
