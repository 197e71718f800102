// The texts that weights are rounded with: the data or the text that the command names, else the text that comes with the app.
import { data } from "../../client/data-client.ts";
import { fetchSample } from "../../client/sample-file.ts";
import { defaultRunConfig } from "../../config/run-config.ts";
import type { ModelSource } from "../../config/model-source.ts";
import type { TokenizedExample } from "../../tokens/batch.ts";
import { words, type Text } from "../../words/message.ts";
import { parseData, tellCheck } from "./data.ts";
import { filesOf } from "./files.ts";

/** English prose with some French, written for this project (public/samples/README.md). */
const neutralText = "neutral.txt";

/** Longer rows would take memory that large models need, and say nothing else of the weights. */
const windowTokens = 512;

/**
 * Of a plain text, more tokens than so many where it has them.
 * @param ofCommand the one that the command names; else, or where it names none, the neutral one
 */
export async function textRows(tokens: number, ofCommand: boolean): Promise<readonly TokenizedExample[]> {
  const [given] = ofCommand ? filesOf("text") : [];
  return data.textRows(given ?? (await fetchSample(neutralText)), { seqLength: windowTokens, tokens });
}

/** What would be learned of the data. */
export async function dataRows(): Promise<readonly TokenizedExample[]> {
  const { turns, seed } = defaultRunConfig.data;
  const ask = { seqLength: windowTokens, turns, seed, validationFraction: 0 };
  const { data: prepared, ...check } = await data.prepare(ask, () => undefined);
  tellCheck(check);
  return prepared.train;
}

/** More than any calibration takes. */
const manyTokens = 20_000;

/** @param ofCommand whether the command's files may be looked at: not where they are what the outcome is measured with */
export async function calibrationRows(
  source: ModelSource,
  token: string | undefined,
  ofCommand: boolean,
): Promise<readonly TokenizedExample[]> {
  await data.openTokenizer(source, token);
  if (!ofCommand || filesOf("data").length === 0) return textRows(manyTokens, ofCommand);
  await parseData();
  return dataRows();
}

/** What {@link calibrationRows} took, as people are told. */
export function calibrationName(ofCommand: boolean): Text {
  const [file] = ofCommand ? [...filesOf("data"), ...filesOf("text")] : [];
  return file?.name ?? words("cli/neutral-text");
}
