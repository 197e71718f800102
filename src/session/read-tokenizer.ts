// The tokenizer of the model in place, for the data worker: from the copy on this device where there is one, else from its source.
import { AtelierError } from "../base/errors.ts";
import type { ModelSource } from "../config/model-source.ts";
import type { HubListing } from "../sources/hub-listing.ts";
import { openModelFiles } from "../sources/open-model-files.ts";
import { browserCache } from "./browser-cache.ts";
import { asFolder, openModelTokenizer, type ModelTokenizer } from "./model-parts.ts";

export interface TokenizerPlace {
  readonly source: ModelSource;
  readonly token?: string | undefined;
  /** The id of a copy. */
  readonly cached?: string | undefined;
  /** The hub's list of files, as the model's load got it. */
  readonly listing?: HubListing | undefined;
}

/** @throws AtelierError as reading the files, and `tokens/tokenizer-invalid` */
export async function readTokenizer({ source, token, cached, listing }: TokenizerPlace): Promise<ModelTokenizer> {
  const copy = cached === undefined ? null : await fromCopy(cached, source);
  return copy ?? openModelTokenizer(await asFolder(await openModelFiles(source, { token, listing })));
}

/** Null where it is gone, or damaged while there is something else to read. */
async function fromCopy(id: string, source: ModelSource): Promise<ModelTokenizer | null> {
  const cache = await browserCache();
  const kept = await cache?.usable(id);
  if (!cache || !kept) return null;
  try {
    return await openModelTokenizer(cache.files(kept));
  } catch (error) {
    const isOnlyCopy = source.kind === "files" && source.files.length === 0;
    if (error instanceof AtelierError && error.code === "cache/damaged" && !isOnlyCopy) return null;
    throw error;
  }
}
