// Files to examples, streaming. A bad line never spoils the good ones: it becomes an issue that names the line and says what to do. A
// file that cannot be a dataset at all is refused as a whole.
import { AtelierError } from "../base/errors.ts";
import type { Values } from "../words/message.ts";
import { Collector, countKey, maxIssues, type Collected } from "./collector.ts";
import { containerOf } from "./containers/containers.ts";
import { filesOfZip, isZip } from "./containers/zip.ts";
import type { NamedBlob } from "./decode-lines.ts";
import type { DataIssue, ParsedDataset } from "./example.ts";
import type { Mapping } from "./mapped-roles.ts";
import { placeIn, type SourceFile } from "./sources.ts";

/** Larger files would not fit the memory of a tab once tokenized; sets for fine-tuning are far smaller. */
export const maxDatasetBytes = 100_000_000;

interface CollectedFile extends Collected {
  readonly name: string;
  readonly container: string;
}

/**
 * @param given several files become one dataset, in their order; an archive stands for the files in it
 * @param onProgress gets the share of bytes read
 * @param mapping what keys are, where their names do not say it
 * @throws AtelierError `data/empty`, `data/too-large`, `data/binary`, `data/no-examples`, and others that name the file
 */
export async function parseDataset(
  given: NamedBlob | readonly NamedBlob[],
  onProgress?: (fraction: number) => void,
  mapping?: Mapping,
): Promise<ParsedDataset> {
  const chosen = "size" in given ? [given] : given;
  refuseLarge(chosen);
  const files = await expanded(chosen);
  refuseLarge(files);
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const collected: CollectedFile[] = [];
  let done = 0;
  for (const file of files) {
    const before = done;
    collected.push(await readFile(file, (fraction) => onProgress?.((before + fraction * file.size) / total), mapping));
    done += file.size;
  }
  return joined(chosen.map(({ name }) => name).join(" + "), collected, mapping);
}

/** @throws AtelierError as `parseDataset` */
async function readFile(file: NamedBlob, onProgress: (fraction: number) => void, mapping: Mapping | undefined): Promise<CollectedFile> {
  if (file.size === 0) throw new AtelierError("data/empty", { name: file.name });
  const container = await containerOf(file);
  const opened = await container.open(file, onProgress);
  const collector = new Collector(file.name, opened, mapping);
  for await (const found of opened.values) collector.add(found);
  return { name: file.name, container: container.name, ...collector.finish() };
}

async function expanded(files: readonly NamedBlob[]): Promise<readonly NamedBlob[]> {
  const lists = await Promise.all(
    files.map(async (file) => {
      if (!(await isZip(file))) return [file];
      const inner = await filesOfZip(file, maxDatasetBytes);
      if (inner.length === 0) throw new AtelierError("data/empty#blank", { name: file.name });
      return inner;
    }),
  );
  return lists.flat();
}

function refuseLarge(files: readonly NamedBlob[]): void {
  const size = files.reduce((sum, file) => sum + file.size, 0);
  const [first] = files;
  if (first && size > maxDatasetBytes) throw new AtelierError("data/too-large", { name: first.name, size, limit: maxDatasetBytes });
}

function joined(name: string, files: readonly CollectedFile[], mapping: Mapping | undefined): ParsedDataset {
  const sources: SourceFile[] = [];
  let before = 0;
  for (const { name: own, container, details, unit, lineCount, examples, last } of files) {
    sources.push({ name: own, container, details, unit, before, lineCount, examples: examples.length });
    before += last;
  }
  const ignored = new Map<string, number>();
  for (const file of files) for (const [key, count] of file.ignored) countKey(ignored, key, count);
  const moved = <T extends { readonly line: number }>(items: readonly T[], at: number): T[] =>
    items.map((item) => ({ ...item, line: item.line + (sources[at]?.before ?? 0) }));
  return {
    name,
    format: [...new Set(files.flatMap(({ formats }) => [...formats]))].join(", "),
    unit: files.some(({ unit }) => unit === "object") ? "object" : "line",
    sources,
    ...(mapping ? { mapping } : {}),
    examples: files.length === 1 ? (files[0]?.examples ?? []) : files.flatMap(({ examples }, at) => moved(examples, at)),
    issues: files
      .flatMap(({ issues }, at) => moved(issues, at))
      .map((issue) => named(issue, sources))
      .slice(0, maxIssues),
    lineCount: files.reduce((sum, { lineCount }) => sum + lineCount, 0),
    ignored: Object.fromEntries(ignored),
  };
}

/** Of several files an issue says which one it stands in. */
function named(issue: DataIssue, sources: readonly SourceFile[]): DataIssue {
  const params = issue.params as Values | undefined;
  if (sources.length < 2 || !params || !("place" in params)) return issue;
  return { ...issue, params: { ...params, place: placeIn(sources, issue.line) } };
}
