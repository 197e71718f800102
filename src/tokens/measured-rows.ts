// What a loss is measured over: a plain text cut into rows, as many rows as hold the tokens that are asked for, and batches of
// them. Two forms of one model are only compared fairly over the very same tokens, so the cut depends on nothing else.
import { ignoreLabel, type Batch, type TokenizedExample } from "./batch.ts";
import { collate } from "./batches.ts";

/** Tokens of a batch with its padding: more are no faster, and would take memory that a large model may not leave. */
const batchTokens = 1024;

/**
 * Rows without overlap, each of which begins as texts begin; all of it is predicted but the first token.
 * @param ids of the whole text, with the start tokens
 * @param starts the tokens that the tokenizer puts before a text
 * @param length the longest row
 */
export function textRows(ids: readonly number[], starts: readonly number[], length: number): readonly TokenizedExample[] {
  const rows: TokenizedExample[] = [];
  const room = Math.max(1, length - starts.length);
  for (let at = starts.length; at < ids.length; at += room) {
    const row = Int32Array.from([...starts, ...ids.slice(at, at + room)]);
    // A lone token has none to predict it from.
    if (row.length > 1) rows.push({ line: rows.length + 1, ids: row, labels: row.slice() });
  }
  return rows;
}

/** The first rows in which so many tokens are predicted; the last one ends with the last of them. All, where there are fewer. */
export function firstPredicted(rows: readonly TokenizedExample[], tokens: number): readonly TokenizedExample[] {
  const taken: TokenizedExample[] = [];
  let left = tokens;
  for (const row of rows) {
    if (left <= 0) break;
    const predicted = [...row.labels.keys()].filter((at) => at > 0 && row.labels[at] !== ignoreLabel);
    if (predicted.length === 0) continue;
    const end = (predicted[Math.min(left, predicted.length) - 1] as number) + 1;
    taken.push({ line: row.line, ids: row.ids.slice(0, end), labels: row.labels.slice(0, end) });
    left -= predicted.length;
  }
  return taken;
}

/** @param context the longest row that the model takes */
export function measuredBatches(rows: readonly TokenizedExample[], context: number): readonly Batch[] {
  const groups: TokenizedExample[][] = [];
  for (const row of rows) {
    const last = groups.at(-1);
    const longest = Math.max(row.ids.length, ...(last ?? []).map(({ ids }) => ids.length));
    if (last && longest * (last.length + 1) <= batchTokens) last.push(row);
    else groups.push([row]);
  }
  return groups.map((group) => collate(group, context));
}
