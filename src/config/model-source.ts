// Where a model comes from, and how people write it down: an id of the Hugging Face hub or an address. Read once, here, by the
// page and by the command alike, so that a typing mistake is named before anything is fetched.
import { AtelierError } from "../base/errors.ts";

export const defaultEndpoint = "https://huggingface.co";

/** Files are Hugging-Face-style (config.json, model.safetensors, tokenizer.json, …) unless `file` names one that holds all. */
export type ModelSource =
  | { readonly kind: "bundled" }
  | {
      readonly kind: "hub";
      /** owner/name */
      readonly id: string;
      /** Branch, tag or commit. */
      readonly revision: string;
      /** What the revision stood for when the model was loaded; the same files come again. */
      readonly commit?: string;
      /** Origin, and path where there is one, without a slash at the end. */
      readonly endpoint: string;
      /** A .gguf file of the repository. */
      readonly file?: string;
    }
  | { readonly kind: "url"; readonly name: string; readonly baseUrl: string; readonly file?: string }
  | { readonly kind: "files"; readonly name: string; readonly files: readonly File[] };

export type SourceKind = ModelSource["kind"];
type HubSource = Extract<ModelSource, { kind: "hub" }>;

const idPart = "[A-Za-z0-9](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_])?";
const idPattern = new RegExp(`^(${idPart}/${idPart})(?:@([A-Za-z0-9._/-]+))?(?::([A-Za-z0-9._/-]+\\.gguf))?$`, "i");

/**
 * Reads `owner/name`, `owner/name@revision`, either with `:file.gguf`, or an http(s) address of a folder or of a file in it.
 * An address of a model's page on the endpoint is read as its id.
 * @throws AtelierError `source/invalid-id`, `source/invalid-url`, `source/invalid-endpoint`, `source/subfolder`
 */
export function parseModelAddress(text: string, endpoint: string = defaultEndpoint): ModelSource {
  const typed = text.trim();
  const hub = parseEndpoint(endpoint);
  return typed.includes("://") ? readUrl(typed, hub) : readId(typed, hub);
}

/** @throws AtelierError `source/invalid-endpoint` */
export function parseEndpoint(text: string): string {
  const { url, problem } = parseWebAddress(text.trim());
  if (!url) throw new AtelierError("source/invalid-endpoint", { endpoint: text, problem, example: defaultEndpoint });
  return url.href.replace(/\/+$/, "");
}

/** Whether what is sent there can be read on the way: plain http, other than to this computer. */
export function isReadableOnTheWay(endpoint: string): boolean {
  const { protocol, hostname } = new URL(endpoint);
  return protocol === "http:" && !["localhost", "127.0.0.1", "[::1]"].includes(hostname);
}

function readId(typed: string, endpoint: string): HubSource {
  const [, id, revision = "main", file] = idPattern.exec(typed) ?? [];
  if (id === undefined || /\.\.|--/.test(id) || !isPath(revision) || (file !== undefined && !isPath(file))) {
    throw new AtelierError("source/invalid-id", { id: typed });
  }
  return { kind: "hub", id, revision, endpoint, ...(file === undefined ? {} : { file }) };
}

function readUrl(typed: string, endpoint: string): ModelSource {
  const { url, problem } = parseWebAddress(typed);
  if (!url) throw new AtelierError("source/invalid-url", { problem });
  return onHub(url.href, endpoint) ?? folderOf(url);
}

/** A model's page, or a file of it, on the hub. */
function onHub(href: string, endpoint: string): HubSource | undefined {
  if (!href.startsWith(`${endpoint}/`)) return undefined;
  const [owner, name, what, revision, ...path] = href.slice(endpoint.length + 1).split("/");
  if (what !== undefined && what !== "" && !["tree", "blob", "resolve"].includes(what)) return undefined;
  const file = path.filter((part) => part !== "").join("/");
  refuseSubfolder(what, file);
  const id = `${owner}/${name}${revision ? `@${decodeURIComponent(revision)}` : ""}${/\.gguf$/i.test(file) ? `:${file}` : ""}`;
  return idPattern.test(id) ? readId(id, endpoint) : undefined;
}

/** Leaving the folder out would load another model than the one that was shown. */
function refuseSubfolder(what: string | undefined, path: string): void {
  const folder = what === "tree" ? path : path.slice(0, Math.max(0, path.lastIndexOf("/")));
  if (folder === "" || /\.gguf$/i.test(path)) return;
  throw new AtelierError("source/subfolder", { folder: decodeURIComponent(folder) });
}

function folderOf(url: URL): ModelSource {
  const last = url.pathname.split("/").at(-1) ?? "";
  const isFile = /\.(safetensors|gguf|json)$/i.test(last);
  const base = new URL(isFile ? "." : last === "" ? url.href : `${url.href}/`, url);
  const name = decodeURIComponent(base.pathname.split("/").findLast((part) => part !== "") ?? base.host);
  const file = /\.gguf$/i.test(last) ? { file: decodeURIComponent(last) } : {};
  return { kind: "url", name, baseUrl: base.href, ...file };
}

/** Without a URL: it is no web address, holds a password, or has a query or a fragment. */
type WebAddress = { readonly url: URL; readonly problem?: never } | { readonly url?: never; readonly problem: "none" | "secret" | "other" };

function parseWebAddress(text: string): WebAddress {
  if (!URL.canParse(text)) return { problem: "none" };
  const url = new URL(text);
  if (!/^https?:$/.test(url.protocol)) return { problem: "none" };
  if (url.username !== "" || url.password !== "") return { problem: "secret" };
  if (url.search !== "" || url.hash !== "") return { problem: "other" };
  return { url };
}

function isPath(path: string): boolean {
  return path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}
