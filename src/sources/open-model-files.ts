// From a source that the user chose to files that can be read: bundled with the app, on a hub, below an address, or picked.
import { blobSource } from "../base/byte-source.ts";
import { isReadableOnTheWay, type ModelSource } from "../config/model-source.ts";
import { AtelierError } from "../base/errors.ts";
import { DownloadMeter, type DownloadProgress } from "./download-meter.ts";
import { defaultPatience, type Connection, type Patience } from "./http.ts";
import { isListingOf, listHubFiles, type HubListing } from "./hub-listing.ts";
import type { ModelFiles } from "./model-files.ts";
import { openRemoteFile, type CheckedSource, type RemoteFile } from "./remote-file.ts";
import { defaultSizes, type WindowSizes } from "./windowed-source.ts";

export interface OpenOptions {
  /** For gated and private models. Goes to the hub's own origin and nowhere else, and is not kept. */
  readonly token?: string | undefined;
  /** A hub's list of files that was asked for before; taken where it is of this source. */
  readonly listing?: HubListing | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onDownload?: ((progress: DownloadProgress) => void) | undefined;
  readonly sizes?: WindowSizes;
  readonly patience?: Patience;
}

/**
 * Nothing is fetched that was not asked for; of a hub, the list of the model's files is, unless it is there already.
 * @throws AtelierError as source-error.ts lists them
 */
export async function openModelFiles(source: ModelSource, options: OpenOptions = {}): Promise<ModelFiles> {
  switch (source.kind) {
    case "bundled":
      // Beside the app, one folder above the workers, in development as in the built site.
      return below("Atelier base", new URL("../model/", globalThis.location.href).href, null, connect(options));
    case "url":
      return below(
        source.file === undefined ? source.name : `${source.name}/${source.file}`,
        source.baseUrl,
        source.file ?? null,
        connect(options),
      );
    case "hub":
      return onHub(source, options);
    case "files":
      return picked(source.name, source.files);
    default:
      return source satisfies never;
  }
}

function connect({ signal, onDownload, patience = defaultPatience, sizes = defaultSizes }: OpenOptions, access?: Connection["access"]) {
  return { connection: { meter: new DownloadMeter(onDownload ?? (() => undefined)), signal, patience, access }, sizes };
}

type Line = ReturnType<typeof connect>;

function below(name: string, baseUrl: string, wholeModel: string | null, line: Line): ModelFiles {
  const { host } = new URL(baseUrl);
  const find = (file: string): RemoteFile => ({
    name: file,
    url: new URL(file.split("/").map(encodeURIComponent).join("/"), baseUrl).href,
    task: { what: file, model: name, host },
  });
  return remoteFiles({ name, commit: null, wholeModel }, find, line);
}

async function onHub(source: Extract<ModelSource, { kind: "hub" }>, options: OpenOptions): Promise<ModelFiles> {
  const { id, revision, commit: pinned, endpoint, file } = source;
  const { token, listing: known } = options;
  if (token && isReadableOnTheWay(endpoint)) throw new AtelierError("source/token-in-the-open", { endpoint });
  const line = connect(options, token ? { origin: new URL(endpoint).origin, token } : undefined);
  const listing =
    known && isListingOf(known, source) ? known : await listHubFiles({ id, revision: pinned ?? revision, endpoint }, line.connection);
  const { commit, files } = listing;
  const name = `${id}${revision === "main" ? "" : `@${revision}`}${file === undefined ? "" : `:${file}`}`;
  const { host } = new URL(endpoint);
  const find = (path: string): RemoteFile | null => {
    const listed = files.get(path);
    const url = `${endpoint}/${id}/resolve/${commit}/${path.split("/").map(encodeURIComponent).join("/")}`;
    return listed ? { name: path, url, task: { what: path, model: id, host }, ...listed } : null;
  };
  return remoteFiles({ name, commit, listing, wholeModel: file ?? null }, find, line);
}

function remoteFiles(
  about: Pick<ModelFiles, "name" | "commit" | "listing" | "wholeModel">,
  find: (file: string) => RemoteFile | null,
  { connection, sizes }: Line,
): ModelFiles {
  const opened = new Map<string, Promise<CheckedSource | null>>();
  return {
    ...about,
    open: (file) => {
      const found = find(file);
      const source = opened.get(file) ?? (found ? openRemoteFile(found, connection, sizes) : Promise.resolve(null));
      opened.set(file, source);
      return source;
    },
    finishChecks: async () => {
      const unchecked: string[] = [];
      for (const [file, source] of opened) if ((await (await source)?.finishCheck()) === false) unchecked.push(file);
      return unchecked;
    },
  };
}

/** @throws AtelierError `model/several-files` where it cannot be known which file is meant */
function picked(name: string, files: readonly File[]): ModelFiles {
  refuseTwins(name, files);
  const hasConfig = files.some((file) => file.name === "config.json");
  const [whole, another] = hasConfig ? [] : files.filter((file) => /\.gguf$/i.test(file.name));
  if (whole && another) throw new AtelierError("model/several-files", { first: whole.name, second: another.name });
  return {
    name,
    commit: null,
    wholeModel: whole?.name ?? null,
    open: (file) => {
      const found = files.find((candidate) => candidate.name === file);
      return Promise.resolve(found ? blobSource(file, found) : null);
    },
    finishChecks: () => Promise.resolve([]),
  };
}

function refuseTwins(name: string, files: readonly File[]): void {
  const seen = new Set<string>();
  for (const { name: file } of files) {
    if (seen.has(file)) throw new AtelierError("model/several-files#twins", { model: name, file });
    seen.add(file);
  }
}
