// Bundled sample datasets, fetched from the app's own folder and from nowhere else.
import { AtelierError } from "../base/errors.ts";

/** @throws AtelierError `sample/unavailable` */
export async function fetchSample(fileName: string): Promise<File> {
  const response = await fetch(new URL(`samples/${fileName}`, document.baseURI)).catch(() => null);
  if (response?.ok) return new File([await response.blob()], fileName);
  throw new AtelierError(
    "sample/unavailable",
    `The sample ${fileName} could not be read${response ? `: the server answered ${response.status}` : ""}.`,
    "Check that the app is still being served, then choose the sample again.",
  );
}
