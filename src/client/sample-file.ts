// Bundled sample datasets, fetched from the app's own folder and from nowhere else.
import { AtelierError } from "../base/errors.ts";

/** @throws AtelierError `sample/unavailable` */
export async function fetchSample(fileName: string): Promise<File> {
  const response = await fetch(new URL(`samples/${fileName}`, document.baseURI)).catch(() => null);
  if (response?.ok) return new File([await response.blob()], fileName);
  if (!response) throw new AtelierError("sample/unavailable", { file: fileName });
  throw new AtelierError("sample/unavailable#answered", { file: fileName, status: String(response.status) });
}
