// The verb `data`: what a run would learn from a file. Only the model's small files are read.
import { AtelierError, hintOf, messageOf } from "../../base/errors.ts";
import { words } from "../../words/message.ts";
import { data } from "../../client/data-client.ts";
import type { DatasetReport, DataCheck } from "../../protocol/data-api.ts";
import type { HeadlessRequest } from "../request.ts";
import { filesOf, progress, sourceOf } from "./files.ts";

const unheard = (): void => undefined;

export async function readData(request: Extract<HeadlessRequest, { verb: "data" }>): Promise<object> {
  const report = await parseData();
  await data.openTokenizer(sourceOf(request), request.token ?? undefined);
  const ask = { seqLength: request.seqLength, turns: request.turns };
  const { usable, rows, learnedTokens, longest, totalTokens, issues, notes } = await data.check(ask, unheard);
  return {
    format: report.format,
    lines: report.lineCount,
    examples: report.validCount,
    usable,
    rows,
    tokens: totalTokens,
    learnedTokens,
    longest,
    ignored: report.ignored,
    issues: [...report.issues, ...issues, ...notes].map((issue) => ({ line: issue.line, code: issue.code, message: messageOf(issue) })),
    shown: await data.show(request.show, ask),
  };
}

/** The file that the command names, with a line of progress for all that is not used. */
export async function parseData(): Promise<DatasetReport> {
  const [file] = filesOf("data");
  if (!file) throw new AtelierError("cli/usage#no-data");
  const report = await data.parse(file, unheard);
  for (const issue of report.issues) progress(words("cli/left-out", { what: messageOf(issue) }));
  const { name, format, unit, lineCount: lines, validCount: valid } = report;
  for (const [key, count] of Object.entries(report.ignored)) progress(words("cli/unused", { key, count, lines }));
  progress(words("cli/valid", { name, valid, lines, unit, format }));
  return report;
}

/** A file to measure by, where the command names one. */
export async function parseValidation(): Promise<void> {
  const [file] = filesOf("validation-data");
  if (!file) return;
  const { name, validCount: valid, lineCount: lines, issues } = await data.parseValidation(file, unheard);
  for (const issue of issues) progress(words("validation/left-out-line", { name, what: messageOf(issue) }));
  progress(words("validation/progress", { name, valid, lines }));
}

/** What of both files is used. */
export function tellCheck({ validation, ...learned }: DataCheck): void {
  tellLearned(learned);
  if (!validation) return;
  const { name, usable, issues, notes } = validation;
  for (const issue of issues) progress(words("validation/left-out-line", { name, what: messageOf(issue) }));
  for (const note of notes) progress(words("cli/note", { what: messageOf(note), hint: hintOf(note) }));
  progress(words("validation/check", { name, usable }));
}

type Learned = Omit<DataCheck, "validation">;

function tellLearned({ usable, rows, learnedTokens: learned, totalTokens: total, longest, issues, notes }: Learned): void {
  for (const issue of issues) progress(words("cli/left-out", { what: messageOf(issue) }));
  for (const note of notes) progress(words("cli/note", { what: messageOf(note), hint: hintOf(note) }));
  progress(words("cli/check", { usable, rows, learned, total, longest }));
}
