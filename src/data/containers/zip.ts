// Zipped folders, by fflate, which is loaded where such a file comes: the files in them are read as if they had been chosen together.
import { AtelierError } from "../../base/errors.ts";
import type { NamedBlob } from "../decode-lines.ts";

/** Files in an archive; more are no dataset. */
const maxFiles = 10_000;

export async function isZip(file: NamedBlob): Promise<boolean> {
  const start = new Uint8Array(await file.slice(0, 4).arrayBuffer());
  const [first, second, third, fourth] = start;
  return first === 0x50 && second === 0x4b && ((third === 3 && fourth === 4) || (third === 5 && fourth === 6));
}

/**
 * The files of an archive by its name and theirs, without what systems put beside them.
 *
 * @throws AtelierError `data/zip-broken`, `data/too-large`
 */
export async function filesOfZip(file: NamedBlob, limit: number): Promise<readonly File[]> {
  const { unzipSync } = await import("fflate");
  const bytes = new Uint8Array(await file.arrayBuffer());
  let [size, count] = [0, 0];
  let entries: Readonly<Record<string, Uint8Array>>;
  try {
    entries = unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        if (isBeside(name)) return false;
        size += originalSize;
        count++;
        return size <= limit && count <= maxFiles;
      },
    });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new AtelierError("data/zip-broken", { name: file.name, entry: String(count), why: why.slice(0, 200) }, { cause });
  }
  if (size > limit) throw new AtelierError("data/too-large", { name: file.name, size, limit });
  if (count > maxFiles) throw new AtelierError("data/zip-many", { name: file.name, count, limit: maxFiles });
  return Object.keys(entries)
    .toSorted()
    .map((name) => new File([entries[name] as Uint8Array<ArrayBuffer>], `${file.name}/${name}`));
}

/** Folders, hidden files, and what macOS adds. */
function isBeside(name: string): boolean {
  return name.endsWith("/") || name.split("/").some((part) => part.startsWith(".") || part === "__MACOSX");
}
