// The files of a model that is read several times in a row, fetched once: they lie among this site's files for as long as they are
// used. Where there is no room for them the model is read from where it is, each time.
import { the } from "../../base/the.ts";
import type { ModelSource } from "../../config/model-source.ts";
import type { ModelFiles } from "../../sources/model-files.ts";
import { requireFile } from "../../sources/model-files.ts";
import { openModelFiles, type OpenOptions } from "../../sources/open-model-files.ts";
import type { Directory, Space } from "../../storage/directory.ts";
import type { WithLock } from "./model-cache.ts";
import { asFolder } from "./model-parts.ts";

export interface KeepParts {
  readonly directory: Directory;
  readonly space: () => Promise<Space>;
  readonly withLock: WithLock;
}

const partBytes = 16 << 20;
const lockOf = (id: string): string => `atelier-kept-${id}`;

/**
 * @param parts null where nothing can be stored
 * @param use gets the source to read from; what is kept is gone when it has ended
 * @throws AtelierError as reading files, `model/file-corrupted`
 */
export async function withKeptSource<T>(
  source: ModelSource,
  options: OpenOptions,
  parts: KeepParts | null,
  use: (source: ModelSource) => Promise<T>,
): Promise<T> {
  if (!parts || source.kind === "bundled" || source.kind === "files") return use(source);
  const { directory, withLock } = parts;
  await sweep(parts);
  const id = crypto.randomUUID();
  return withLock(lockOf(id), "exclusive", async () => {
    try {
      return await use((await keep(source, options, parts, id)) ?? source);
    } finally {
      await directory.removeFolder(id);
    }
  });
}

/** A tab that dies leaves its files; its lock dies with it. */
async function sweep({ directory, withLock }: KeepParts): Promise<void> {
  for (const id of await directory.folders())
    await withLock(lockOf(id), "exclusive", (held) => (held ? directory.removeFolder(id) : Promise.resolve()));
}

/** Null where there is no room. */
async function keep(source: ModelSource, options: OpenOptions, { directory, space }: KeepParts, id: string): Promise<ModelSource | null> {
  const files = await openModelFiles(source, options);
  const names = await namesOf(files);
  const sizes = await Promise.all(names.map(async (name) => (await requireFile(files, name)).size));
  const { usageBytes, quotaBytes } = await space();
  if (sizes.reduce((sum, size) => sum + size, 0) > quotaBytes - usageBytes) return null;
  try {
    const folder = await directory.createFolder(id);
    const kept: File[] = [];
    for (const name of names) kept.push(await copy(files, name, folder));
    await files.finishChecks();
    return { kind: "files", name: files.name, files: kept };
  } catch (error) {
    if (!(error instanceof DOMException) || error.name !== "QuotaExceededError") throw error;
    await directory.removeFolder(id);
    return null;
  }
}

/** What weights are read by: the tokenizer has been opened already. */
async function namesOf(files: ModelFiles): Promise<readonly string[]> {
  if (files.wholeModel !== null) return [files.wholeModel];
  return ["config.json", ...(await (await asFolder(files)).weights()).files];
}

async function copy(files: ModelFiles, name: string, folder: Directory): Promise<File> {
  const source = await requireFile(files, name);
  const parts: Blob[] = [];
  for (let start = 0; start < source.size; start += partBytes) {
    const part = `${name.replaceAll("/", "-")}.${parts.length}`;
    await folder.write(part, await source.read(start, start + partBytes));
    parts.push(the(await folder.read(part), part));
  }
  return new File(parts, name);
}
