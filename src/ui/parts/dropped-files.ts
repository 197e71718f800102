// Files from a drop, with those of a dropped folder, one level deep: that is how model folders are.

export async function droppedFiles(transfer: DataTransfer): Promise<File[]> {
  // Entries must be taken before the first await; after it the list is empty.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry());
  const plain = [...transfer.files];
  const directories = entries.filter((entry) => entry?.isDirectory) as FileSystemDirectoryEntry[];
  if (directories.length === 0) return plain;
  const loose = entries.filter((entry) => entry?.isFile) as FileSystemFileEntry[];
  const inside = await Promise.all(directories.map(filesOf));
  return Promise.all([...loose, ...inside.flat()].map((entry) => new Promise<File>((resolve, reject) => entry.file(resolve, reject))));
}

async function filesOf(directory: FileSystemDirectoryEntry): Promise<FileSystemFileEntry[]> {
  const reader = directory.createReader();
  const all: FileSystemEntry[] = [];
  const readSome = (): Promise<FileSystemEntry[]> => new Promise((resolve, reject) => reader.readEntries(resolve, reject));
  // A reader gives at most a hundred entries at a time.
  for (let some = await readSome(); some.length > 0; some = await readSome()) all.push(...some);
  return all.filter((entry): entry is FileSystemFileEntry => entry.isFile);
}
