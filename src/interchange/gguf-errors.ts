import type { ByteSource } from "../base/byte-source.ts";
import { AtelierError } from "../base/errors.ts";
import type { Words } from "../words/message.ts";

export function invalidGguf(file: string, what: Words): AtelierError {
  return new AtelierError("model/file-invalid#gguf", { file, what });
}

export function truncatedGguf({ name }: ByteSource, what: Words): AtelierError {
  return new AtelierError("model/file-truncated", { file: name, what });
}
