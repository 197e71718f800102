// A file that can be read in parts, wherever it lies, so that a large checkpoint never has to be in memory at once.

export interface ByteSource {
  /** File name for messages. */
  readonly name: string;
  readonly size: number;
  /** Tells it from what the file was before or becomes: an etag or a time of change. Absent where nothing does. */
  readonly version?: string | undefined;
  /** Bytes from `start` up to `end`; shorter where the file ends before. */
  read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
}

export function blobSource(name: string, blob: Blob): ByteSource {
  return {
    name,
    size: blob.size,
    ...(blob instanceof File ? { version: String(blob.lastModified) } : {}),
    read: async (start, end) => new Uint8Array(await blob.slice(start, end).arrayBuffer()),
  };
}
