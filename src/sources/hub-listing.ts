// What a hub says of a model: the commit that a revision stands for, and its files with their sizes and checksums. Asked once
// a load, so that all files of a load are of one commit. Sizes and checksums are taken from here because pages of other sites
// are not shown the headers of redirects; what a mirror leaves out is simply not checked.
import { AtelierError } from "../base/errors.ts";
import { words } from "../words/message.ts";
import type { ExpectedDigest } from "./expected-digest.ts";
import { ask, persist, TryAgain, type Connection } from "./http.ts";
import { connectionLost, refusal, type FetchTask } from "./source-error.ts";

export interface ListedFile {
  readonly size?: number;
  readonly digest?: ExpectedDigest;
}

/** Survives structured clone, so that one worker can ask and another can use the answer. */
export interface HubListing {
  readonly endpoint: string;
  readonly id: string;
  /** What was asked for: a branch, tag or commit. */
  readonly revision: string;
  readonly commit: string;
  readonly files: ReadonlyMap<string, ListedFile>;
}

/**
 * GET {endpoint}/api/models/{id}/revision/{revision}?blobs=true
 * @throws AtelierError `hub/model-not-found`, `hub/revision-not-found`, `hub/access-denied`, `hub/bad-answer`, and as http.ts
 */
export async function listHubFiles(
  { id, revision, endpoint }: { readonly id: string; readonly revision: string; readonly endpoint: string },
  connection: Connection,
): Promise<HubListing> {
  const task = { what: words("sources/list-of-files"), model: id, host: new URL(endpoint).host };
  const url = `${endpoint}/api/models/${id}/revision/${encodeURIComponent(revision)}?blobs=true`;
  const text = await persist(connection, async () => {
    const answer = await ask({ url, task }, connection);
    if (answer.response.status !== 200) {
      answer.drop();
      throw refusal(task, answer.response, connection.access !== undefined);
    }
    return readText(answer.chunks(), task, Number(answer.response.headers.get("content-length") ?? 0));
  });
  return { endpoint, id, revision, ...parseListing(text, task) };
}

/** Whether a list is of this model, at this revision or at the commit that it stood for. */
export function isListingOf(
  listing: HubListing,
  {
    endpoint,
    id,
    revision,
    commit,
  }: { readonly endpoint: string; readonly id: string; readonly revision: string; readonly commit?: string },
): boolean {
  const isSame = listing.endpoint === endpoint && listing.id === id;
  return isSame && (commit === undefined ? listing.revision === revision : listing.commit === commit);
}

async function readText(chunks: AsyncGenerator<Uint8Array>, task: FetchTask, announced: number): Promise<string> {
  const decoder = new TextDecoder();
  let [text, arrived] = ["", 0];
  for await (const chunk of chunks) {
    text += decoder.decode(chunk, { stream: true });
    arrived += chunk.byteLength;
  }
  if (arrived === 0 && announced > 0) throw new TryAgain(connectionLost(task, arrived, announced));
  return text + decoder.decode();
}

function parseListing(text: string, task: FetchTask): Pick<HubListing, "commit" | "files"> {
  const { sha, siblings } = asRecord(parse(text));
  if (typeof sha !== "string" || !/^[0-9a-f]{7,64}$/i.test(sha) || !Array.isArray(siblings)) {
    throw new AtelierError("hub/bad-answer", { host: task.host, model: task.model });
  }
  const files = siblings.map(asRecord).filter(({ rfilename }) => typeof rfilename === "string");
  return { commit: sha, files: new Map(files.map((file) => [String(file["rfilename"]), listed(file)])) };
}

function listed({ size, blobId, lfs }: Record<string, unknown>): ListedFile {
  const { sha256, oid, size: lfsSize } = asRecord(lfs);
  const [long, short] = [sha256 ?? oid, blobId];
  const bytes = typeof lfsSize === "number" ? lfsSize : size;
  const isLarge = lfs !== undefined && lfs !== null;
  const digest: ExpectedDigest | undefined =
    typeof long === "string" && /^[0-9a-f]{64}$/i.test(long)
      ? { kind: "sha256", hex: long.toLowerCase() }
      : !isLarge && typeof short === "string" && /^[0-9a-f]{40}$/i.test(short)
        ? { kind: "git-blob", hex: short.toLowerCase() }
        : undefined;
  return { ...(Number.isSafeInteger(bytes) && Number(bytes) >= 0 ? { size: Number(bytes) } : {}), ...(digest ? { digest } : {}) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
