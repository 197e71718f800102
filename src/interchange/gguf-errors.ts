import type { ByteSource } from "../base/byte-source.ts";
import { AtelierError } from "../base/errors.ts";

export function invalidGguf(file: string, what: string, cause?: unknown): AtelierError {
  return new AtelierError(
    "model/file-invalid",
    `${file} cannot be read: ${what}.`,
    "Check that it is a GGUF file of a language model as its author published it.",
    { cause },
  );
}

export function truncatedGguf(source: ByteSource, what: string): AtelierError {
  return new AtelierError(
    "model/file-truncated",
    `${source.name} is cut off: ${what}, but the file has ${source.size}.`,
    "Download or copy the file again, then load the model again.",
  );
}
