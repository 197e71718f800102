// The files of a model, wherever they come from: bundled with the app, below a URL, or picked by the user. A file that is
// missing or no JSON is named; nothing is fetched that was not asked for.
import { blobSource, type ByteSource } from "../base/byte-source.ts";
import { AtelierError } from "../base/errors.ts";
import type { ModelSource } from "../protocol/engine-api.ts";

export interface ModelFiles {
  readonly name: string;
  /** Null where there is no such file. */
  open(file: string, onProgress?: (fraction: number) => void): Promise<ByteSource | null>;
}

export function modelFiles(source: ModelSource): ModelFiles {
  switch (source.kind) {
    case "bundled":
      // Beside the app, one folder above the workers, in development as in the built site.
      return urlFiles("Atelier base", new URL("../model/", globalThis.location.href).href);
    case "url":
      return urlFiles(source.name, source.baseUrl);
    case "files":
      return {
        name: source.name,
        open: (file) => {
          const found = source.files.find(({ name }) => name === file);
          return Promise.resolve(found ? blobSource(file, found) : null);
        },
      };
    default:
      return source satisfies never;
  }
}

/** @throws AtelierError `model/file-missing` naming the file. */
export async function requireFile(files: ModelFiles, file: string, onProgress?: (fraction: number) => void): Promise<ByteSource> {
  const source = await files.open(file, onProgress);
  if (source) return source;
  throw new AtelierError(
    "model/file-missing",
    `${files.name} has no ${file}.`,
    "A model folder needs config.json, model.safetensors, tokenizer.json and tokenizer_config.json.",
  );
}

/** @throws AtelierError `model/file-missing`, `model/file-invalid` naming the file. */
export async function requireJson(files: ModelFiles, file: string): Promise<unknown> {
  return parse(await requireFile(files, file));
}

/** Undefined where there is no such file. */
export async function optionalJson(files: ModelFiles, file: string): Promise<unknown> {
  const source = await files.open(file);
  return source ? parse(source) : undefined;
}

export async function optionalText(files: ModelFiles, file: string): Promise<string | undefined> {
  const source = await files.open(file);
  return source ? readText(source) : undefined;
}

async function readText(source: ByteSource): Promise<string> {
  return new TextDecoder().decode(await source.read(0, source.size));
}

async function parse(source: ByteSource): Promise<unknown> {
  try {
    return JSON.parse(await readText(source));
  } catch (cause) {
    throw new AtelierError(
      "model/file-invalid",
      `${source.name} is not valid JSON; it may be cut off.`,
      "Download or copy the file again.",
      { cause },
    );
  }
}

function urlFiles(name: string, baseUrl: string): ModelFiles {
  return {
    name,
    open: async (file, onProgress) => {
      const response = await fetch(new URL(file, baseUrl)).catch((cause: unknown) => {
        throw new AtelierError(
          "model/download-failed",
          `${file} could not be fetched from ${baseUrl}.`,
          "Check the connection, then load again.",
          { cause },
        );
      });
      // A server for single-page apps answers a missing file with its start page.
      const isPage = response.headers.get("content-type")?.startsWith("text/html") ?? false;
      if (response.status === 404 || (response.ok && isPage)) return null;
      if (!response.ok)
        throw new AtelierError(
          "model/download-failed",
          `${file} could not be fetched: the server answered ${response.status}.`,
          "Check the address, then load again.",
        );
      return blobSource(file, await download(file, response, onProgress));
    },
  };
}

/** Reads a body with progress; a body shorter than announced is refused. */
async function download(file: string, response: Response, onProgress?: (fraction: number) => void): Promise<Blob> {
  const announced = response.headers.get("content-encoding") ? 0 : Number(response.headers.get("content-length") ?? 0);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let received = 0;
  const reader = response.body?.getReader();
  const next = () =>
    reader?.read().catch((cause: unknown) => {
      throw new AtelierError(
        "model/file-truncated",
        `${file} is cut off: the connection broke after ${received} bytes.`,
        "Check the connection, then load again.",
        { cause },
      );
    });
  for (let chunk = await next(); chunk && !chunk.done; chunk = await next()) {
    parts.push(chunk.value);
    received += chunk.value.byteLength;
    if (announced > 0) onProgress?.(received / announced);
  }
  if (announced > 0 && received !== announced) {
    throw new AtelierError(
      "model/file-truncated",
      `${file} is cut off: ${received} of ${announced} bytes arrived.`,
      "Check the connection, then load again.",
    );
  }
  return new Blob(parts);
}
