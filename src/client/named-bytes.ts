// A file of the user in the form in which files cross to the workers.
import type { NamedBytes } from "../protocol/exchange-api.ts";

export async function namedBytes(file: File): Promise<NamedBytes> {
  return { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) };
}
