// The files of a picked folder. A browser hands over those of all folders inside as well, under the same names: a checkpoint kept
// below a model would be taken for the model.

/** Those beside the outermost config.json, or else the outermost .gguf; loose files are taken as they are. */
export function filesOfModel(files: readonly File[]): readonly File[] {
  const isModel = (pattern: RegExp) => files.filter(({ name }) => pattern.test(name)).map(folderOf);
  const folders = [isModel(/^config\.json$/), isModel(/\.gguf$/i)].find(({ length }) => length > 0) ?? [];
  const [model] = folders.toSorted((a, b) => depthOf(a) - depthOf(b));
  if (model === undefined) return files;
  // Two at one depth: both are kept, and their twins are refused by name.
  const equals = new Set(folders.filter((folder) => depthOf(folder) === depthOf(model)));
  return files.filter((file) => equals.has(folderOf(file)));
}

const folderOf = ({ webkitRelativePath: path }: File): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));
const depthOf = (folder: string): number => folder.split("/").length;
