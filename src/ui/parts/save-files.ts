// Hands files to the browser's downloads, one after the other.
import type { NamedBytes } from "../../state/view-types.ts";

/** Some browsers drop downloads that start in the same moment. */
const pauseMs = 250;

export async function saveFiles(files: readonly NamedBytes[]): Promise<void> {
  for (const { name, bytes } of files) {
    const url = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>]));
    const link = document.createElement("a");
    link.href = url;
    link.download = name;
    link.click();
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    URL.revokeObjectURL(url);
  }
}
