// A dataset from text, and the one thing in it that a test looks at.
import type { ChatMessage, DataIssue, ParsedDataset } from "../../src/data/example.ts";
import { parseDataset } from "../../src/data/parse-dataset.ts";
import { failureOf, told, type Told } from "./errors.ts";

/** An issue with its words in English. */
type ToldIssue = DataIssue & Told;
type ToldDataset = Omit<ParsedDataset, "issues"> & { readonly issues: readonly ToldIssue[] };

export const datasetFile = (content: string | Uint8Array<ArrayBuffer>): File => new File([content], "set.jsonl");

export async function parse(content: string | Uint8Array<ArrayBuffer>): Promise<ToldDataset> {
  const dataset = await parseDataset(datasetFile(content));
  return { ...dataset, issues: dataset.issues.map((issue) => ({ ...issue, ...told(issue) })) };
}

export function parseRecords(...records: readonly unknown[]): Promise<ToldDataset> {
  return parse(records.map((record) => JSON.stringify(record)).join("\n"));
}

export async function messagesOf(record: unknown): Promise<readonly ChatMessage[]> {
  const { examples, issues } = await parseRecords(record);
  const [example] = examples;
  if (example?.kind !== "chat") throw new Error(`not a chat: ${issues[0]?.message ?? example?.kind}`);
  return example.messages;
}

/** Of a record among good ones. */
export async function issueOf(record: unknown): Promise<ToldIssue> {
  const good = { prompt: "Who?", completion: "Me." };
  const { issues } = await parseRecords(good, record, good);
  const [issue] = issues;
  if (!issue || issues.length > 1 || issue.line !== 2) throw new Error(`not one issue of line 2: ${JSON.stringify(issues)}`);
  return issue;
}

/** Of a file in which nothing is usable. */
export async function refusalOf(content: string | Uint8Array<ArrayBuffer>): Promise<string> {
  const { code, message } = await failureOf(() => parse(content));
  return `${code}: ${message}`;
}
