// Folders of files that the browser keeps for this site (the origin private file system), for what is too large for IndexedDB.
// An interface, so that what is written over it can be tested without a browser and with a disk that is full.

export interface Directory {
  folders(): Promise<readonly string[]>;
  /** Null where there is none. */
  folder(name: string): Promise<Directory | null>;
  createFolder(name: string): Promise<Directory>;
  /** With all that is in it; nothing happens where there is none. */
  removeFolder(name: string): Promise<void>;
  /** Null where there is none. */
  read(file: string): Promise<Blob | null>;
  /** The file has all bytes afterwards, or what it had before. @throws DOMException `QuotaExceededError` */
  write(file: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
}

export interface Space {
  readonly usageBytes: number;
  readonly quotaBytes: number;
}

/** Null where the browser has no such file system. */
export async function openOpfs(folder: string): Promise<Directory | null> {
  try {
    const root = await navigator.storage.getDirectory();
    return opfsDirectory(await root.getDirectoryHandle(folder, { create: true }));
  } catch {
    return null;
  }
}

/** What this site takes of the disk, and may take, as the browser estimates it. */
export async function storageSpace(): Promise<Space> {
  const { usage = 0, quota = 0 } = await navigator.storage.estimate();
  return { usageBytes: usage, quotaBytes: quota };
}

function opfsDirectory(handle: FileSystemDirectoryHandle): Directory {
  return {
    folders: async () => {
      const names: string[] = [];
      for await (const [name, { kind }] of handle.entries()) if (kind === "directory") names.push(name);
      return names;
    },
    folder: (name) => unlessMissing(async () => opfsDirectory(await handle.getDirectoryHandle(name))),
    createFolder: async (name) => opfsDirectory(await handle.getDirectoryHandle(name, { create: true })),
    removeFolder: async (name) => void (await unlessMissing(() => handle.removeEntry(name, { recursive: true }))),
    read: (file) => unlessMissing(async () => (await handle.getFileHandle(file)).getFile()),
    write: async (file, bytes) => {
      const stream = await (await handle.getFileHandle(file, { create: true })).createWritable();
      try {
        await stream.write(bytes);
        await stream.close();
      } catch (error) {
        await stream.abort().catch(() => undefined);
        throw error;
      }
    },
  };
}

async function unlessMissing<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DOMException && error.name === "NotFoundError") return null;
    throw error;
  }
}
