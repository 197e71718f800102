// The verb `data`: what a run would learn from a file. Only the model's small files are read.
import { AtelierError, hintOf, messageOf } from "../../base/errors.ts";
import { words } from "../../words/message.ts";
import { data } from "../../client/data-client.ts";
import type { Mapping } from "../../data/mapped-roles.ts";
import type { DatasetReport, DataCheck } from "../../protocol/data-api.ts";
import type { HeadlessRequest } from "../request.ts";
import { filesOf, progress, sourceOf } from "./files.ts";

const unheard = (): void => undefined;

export async function readData(request: Extract<HeadlessRequest, { verb: "data" }>): Promise<object> {
  const report = await parseData(request.mapping);
  await parseValidation();
  await data.openTokenizer(sourceOf(request), request.token ?? undefined);
  const ask = { seqLength: request.seqLength, turns: request.turns };
  const { usable, rows, learnedTokens, longest, totalTokens, issues, notes } = await data.check(ask, unheard);
  return {
    ...filesReport(report),
    format: report.format,
    lines: report.lineCount,
    examples: report.validCount,
    usable,
    rows,
    tokens: totalTokens,
    learnedTokens,
    longest,
    ignored: report.ignored,
    issues: [...report.issues, ...issues, ...notes].map((issue) => ({
      ...placed(report, issue.line),
      code: issue.code,
      message: messageOf(issue),
    })),
    shown: await data.show(request.show, ask),
  };
}

/** What was detected of each file; of one file alone its container stands at the top. */
function filesReport({ sources, mapping }: DatasetReport): object {
  const files = sources.map(({ name, container, details, lineCount: lines, examples }) => ({ name, container, details, lines, examples }));
  return {
    container: [...new Set(sources.map(({ container }) => container))].join(", "),
    files,
    ...(mapping ? { mapping } : {}),
  };
}

/** The line within its file, and of several files which. */
function placed({ sources }: DatasetReport, place: number): { readonly line: number; readonly file?: string } {
  const source = sources.findLast(({ before }) => before < place);
  const line = place - (source?.before ?? 0);
  return source && sources.length > 1 ? { file: source.name, line } : { line };
}

/** The files that the command names, with a line of progress for all that is not used. */
export async function parseData(mapping?: Mapping): Promise<DatasetReport> {
  const files = filesOf("data");
  if (files.length === 0) throw new AtelierError("cli/usage#no-data");
  const report = await data.parse(files, unheard, mapping);
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
