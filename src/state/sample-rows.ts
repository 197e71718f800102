// Rows of tokens for what looks at the weights and not at what is learned: of the dataset that is open, or of the neutral text.
import { data } from "../client/data-client.ts";
import { fetchSample } from "../client/sample-file.ts";
import { useDataset } from "./dataset-store.ts";
import { readForm, useTrainForm } from "./train-form.ts";
import type { TokenizedExample } from "./view-types.ts";

const neutralText = "neutral.txt";
/** Of a row of the neutral text, as the headless command cuts it. */
const textLength = 512;

export async function neutralRows(tokens: number): Promise<readonly TokenizedExample[]> {
  return data.textRows(await fetchSample(neutralText), { seqLength: textLength, tokens });
}

export async function datasetRows(): Promise<readonly TokenizedExample[]> {
  const { seqLength, turns, seed } = readForm(useTrainForm.getState(), null).config.data;
  return (await data.prepare({ seqLength, turns, seed, validationFraction: 0 }, () => undefined)).data.train;
}

/** More than any calibration takes. */
const manyTokens = 20_000;
/** Fewer say too little of what a model sees. */
const enoughTokens = 2000;

/** The dataset, and where that is small or none is open the neutral text after it. */
export async function calibrationRows(): Promise<readonly TokenizedExample[]> {
  const own = useDataset.getState().report ? await datasetRows() : [];
  const tokens = own.reduce((sum, { ids }) => sum + ids.length, 0);
  return tokens >= enoughTokens ? own : [...own, ...(await neutralRows(manyTokens))];
}
