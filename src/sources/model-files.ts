// The files of a model, wherever they come from. A file that is missing or no JSON is named.
import type { ByteSource } from "../base/byte-source.ts";
import { AtelierError } from "../base/errors.ts";
import type { HubListing } from "./hub-listing.ts";

export interface ModelFiles {
  readonly name: string;
  /** The commit that all files are of; null where the source has none. */
  readonly commit: string | null;
  /** The hub's list of files that they are found by. */
  readonly listing?: HubListing;
  /** A file that holds the whole model, such as a .gguf; null for a folder in Hugging Face's layout. */
  readonly wholeModel: string | null;
  /** Null where there is no such file. A file is opened once, however often it is asked for. */
  open(file: string): Promise<ByteSource | null>;
  /**
   * Ends the checks of what was read. Resolves to the files whose checksum could not be taken.
   * @throws AtelierError `model/file-corrupted`
   */
  finishChecks(): Promise<readonly string[]>;
}

/** @throws AtelierError `model/file-missing` naming the file. */
export async function requireFile(files: ModelFiles, file: string): Promise<ByteSource> {
  const source = await files.open(file);
  if (source) return source;
  throw new AtelierError("model/file-missing#folder", { model: files.name, file });
}

/** @throws AtelierError `model/file-missing`, `model/file-invalid` naming the file. */
export async function requireJson(files: ModelFiles, file: string): Promise<unknown> {
  return parseJson(await requireFile(files, file));
}

/** Undefined where there is no such file. */
export async function optionalJson(files: ModelFiles, file: string): Promise<unknown> {
  const source = await files.open(file);
  return source ? parseJson(source) : undefined;
}

export async function optionalText(files: ModelFiles, file: string): Promise<string | undefined> {
  const source = await files.open(file);
  return source ? readText(source) : undefined;
}

async function readText(source: ByteSource): Promise<string> {
  return new TextDecoder().decode(await source.read(0, source.size));
}

async function parseJson(source: ByteSource): Promise<unknown> {
  try {
    return JSON.parse(await readText(source));
  } catch (cause) {
    if (cause instanceof AtelierError) throw cause;
    throw new AtelierError("model/file-invalid#json", { file: source.name }, { cause });
  }
}
