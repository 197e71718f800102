// The tokenizer of the model in place, for the data worker: from the copy on this device where there is one, else from its source.
import { AtelierError } from "../../base/errors.ts";
import type { ModelSource } from "../../config/model-source.ts";
import { parseModelConfig } from "../../model/architectures.ts";
import type { HubListing } from "../../sources/hub-listing.ts";
import { requireJson, type ModelFiles } from "../../sources/model-files.ts";
import { openModelFiles } from "../../sources/open-model-files.ts";
import { browserCache } from "./browser-cache.ts";
import { asFolder, openModelTokenizer, type ModelTokenizer } from "./model-parts.ts";
import type { ModelLimits } from "../data/tokenized-dataset.ts";

export interface TokenizerPlace {
  readonly source: ModelSource;
  readonly token?: string | undefined;
  /** The id of a copy. */
  readonly cached?: string | undefined;
  /** The hub's list of files, as the model's load got it. */
  readonly listing?: HubListing | undefined;
}

export interface OpenedTokenizer {
  readonly tokenizer: ModelTokenizer;
  readonly limits: ModelLimits;
  /** Of the model that it is of. */
  readonly files: ModelFiles;
}

/** @throws AtelierError as reading the files, `tokens/tokenizer-invalid`, and for a config.json of no known family */
export async function readTokenizer({ source, token, cached, listing }: TokenizerPlace): Promise<OpenedTokenizer> {
  const copy = cached === undefined ? null : await fromCopy(cached, source);
  return copy ?? fromFolder(await asFolder(await openModelFiles(source, { token, listing })));
}

async function fromFolder(folder: ModelFiles): Promise<OpenedTokenizer> {
  const { vocabularySize, contextLength } = parseModelConfig(await requireJson(folder, "config.json"));
  return { tokenizer: await openModelTokenizer(folder), limits: { vocabularySize, contextLength }, files: folder };
}

/** Null where it is gone, or damaged while there is something else to read. */
async function fromCopy(id: string, source: ModelSource): Promise<OpenedTokenizer | null> {
  const cache = await browserCache();
  const kept = await cache?.usable(id);
  if (!cache || !kept) return null;
  try {
    return await fromFolder(cache.files(kept));
  } catch (error) {
    const isOnlyCopy = source.kind === "files" && source.files.length === 0;
    if (error instanceof AtelierError && error.code === "cache/damaged" && !isOnlyCopy) return null;
    throw error;
  }
}
