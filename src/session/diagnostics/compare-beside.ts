// Compares forms beside the loaded model: what the comparison needs of the session, put together, and the files of a model that
// lies elsewhere fetched once for all forms.
import { toErrorRecord } from "../../base/errors.ts";
import type { CompareEnd, CompareRequest } from "../../protocol/compare-api.ts";
import type { EngineApi } from "../../protocol/engine-api.ts";
import type { DownloadProgress } from "../../sources/download-meter.ts";
import { keptFiles } from "../models/browser-cache.ts";
import type { Budgets } from "../models/budget-requests.ts";
import { trackCallback } from "../callback.ts";
import { compareForms, isHeldAs, type CompareParts } from "./compare-forms.ts";
import type { Engines } from "../models/engines.ts";
import type { Exclusive } from "../exclusive.ts";
import { withKeptSource } from "../models/kept-source.ts";
import { loadWithTokenizer, type Loaded } from "../models/load-with-tokenizer.ts";
import { requireRoomBeside } from "../models/room-beside.ts";

interface Shared {
  readonly exclusive: Exclusive;
  readonly budgets: Budgets;
  readonly engines: Engines;
}

export async function compareBeside(
  own: Loaded,
  request: CompareRequest,
  { exclusive, budgets, engines }: Shared,
  onNews: Parameters<EngineApi["compareForms"]>[1],
  signal: AbortSignal,
): Promise<CompareEnd> {
  const { tell, arrived } = trackCallback(onNews);
  const parts: CompareParts = {
    own,
    exclusive,
    load: (asked, onProgress) => exclusive(() => loadWithTokenizer(asked, () => Promise.resolve(own.engine), onProgress, signal)),
    requireRoom: async (asked, run) => requireRoomBeside(own.model, await budgets.report({ ...asked, run }, undefined, signal)),
    requireEngine: () => engines.requireAlive(own.engine),
    tell,
    signal,
  };
  const end = await fetchedOnce(request, parts).catch((error: unknown): CompareEnd => {
    if (toErrorRecord(error).code === "load/cancelled") return "ended";
    throw error;
  });
  await arrived();
  return end;
}

/** One form that has to be loaded is read from where the model is. */
async function fetchedOnce(request: CompareRequest, parts: CompareParts): Promise<CompareEnd> {
  const { source, token, listing, ...rest } = request;
  if (request.forms.filter((form) => !isHeldAs(parts.own, form)).length < 2) return compareForms(request, parts);
  const onDownload = (download: DownloadProgress): void => parts.tell({ kind: "fetching", download });
  return withKeptSource(source, { token, listing, signal: parts.signal, onDownload }, await keptFiles(), (from) =>
    compareForms(from === source ? request : { ...rest, source: from }, parts),
  );
}
