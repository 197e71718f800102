// A text file is one document: it is learned from end to end, as records with "text" are. Where it could be cut into several is not guessed.
import { words } from "../../words/message.ts";
import type { NamedBlob } from "../decode-lines.ts";
import type { FoundValue } from "../read-values.ts";
import type { Container } from "./container.ts";
import { decodeParts, detectEncoding, type Encoding } from "./text-encoding.ts";

const documents = (name: string, ...extensions: readonly string[]): Container => ({
  name,
  extensions,
  // Any text could be one.
  is: () => false,
  async open(file, onProgress) {
    const encoding = await detectEncoding(file);
    const details = [words("container/document", { encoding: encoding.toUpperCase() })];
    return { unit: () => "line", details, values: document(file, encoding, onProgress) };
  },
});

export const markdown = documents("markdown", "md", "markdown");
export const plainText = documents("text", "txt", "text");

async function* document(
  file: NamedBlob,
  encoding: Encoding,
  onProgress: ((fraction: number) => void) | undefined,
): AsyncGenerator<FoundValue> {
  const parts: string[] = [];
  for await (const part of decodeParts(file, encoding, onProgress)) parts.push(part);
  const text = parts.join("");
  if (text.trim() !== "") yield { place: 1, value: { text } };
}
