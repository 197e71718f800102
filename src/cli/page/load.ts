// Loads the model and the adapter that a command names.
import { engine } from "../../client/engine-client.ts";
import { needsTexts } from "../../config/quantizations.ts";
import { namedBytes } from "../../client/named-bytes.ts";
import type { HubListing } from "../../protocol/models-api.ts";
import type { LoadProgress, ModelInfo } from "../../protocol/models-api.ts";
import type { ModelSource } from "../../config/model-source.ts";
import { and, words, type Text } from "../../words/message.ts";
import type { HeadlessRequest } from "../request.ts";
import { calibrationName, calibrationRows } from "./calibration-texts.ts";
import { filesOf, progress, sourceOf } from "./files.ts";

/** Printed as "load", so that what a model takes can be compared. */
interface LoadCost {
  readonly ms: number;
  /** Of the page's process, everything in it; null where the system does not say. */
  readonly peakMemoryBytes: number | null;
}

export interface OpenedModel {
  readonly info: ModelInfo;
  readonly source: ModelSource;
  readonly token?: string;
  readonly listing?: HubListing;
  readonly cost: LoadCost;
  /** The run that the adapter folder became; null without one. */
  readonly adapterId: string | null;
  /** What the user should know of the adapter. */
  readonly notes: readonly Text[];
}

/** Whether everything goes by token ids. */
function needsNoText(request: HeadlessRequest): boolean {
  return request.verb === "chat" ? request.ids !== undefined : request.verb !== "train" || request.batch !== undefined || request.resume;
}

/** @param made a new model, in place of the one that is named */
export async function load(asked: HeadlessRequest, made?: ModelSource): Promise<OpenedModel> {
  // What is trained whole is not rounded.
  const request = made ? ({ ...asked, quantization: "none", quantizeHead: false } as const) : asked;
  const { token, adapterName, provider, quantization, quantizeHead } = request;
  const source = made ?? sourceOf(request);
  let shown = "";
  const report = ({ stage, fraction }: LoadProgress) => {
    const tenths = Math.floor(fraction * 10) / 10;
    const line = `${stage} ${tenths}`;
    if (line !== shown) progress(words("cli/loading", { stage, fraction: tenths }));
    shown = line;
  };
  const since = performance.now();
  const secret = token === null ? {} : { token };
  // What is measured with the data is not rounded with it.
  const calibration = needsTexts(quantization)
    ? { calibration: await calibrationRows(source, token ?? undefined, request.verb !== "quality") }
    : {};
  const info = await engine.load(
    // The command's browser forgets all when it ends: a copy would be written for nobody.
    {
      useCache: false,
      source,
      quantization,
      quantizeHead,
      ...calibration,
      tokenizerOptional: needsNoText(request),
      ...(provider ? { provider } : {}),
      ...secret,
    },
    report,
  );
  if (info.unchecked) progress(words("cli/unchecked", { count: info.unchecked.length, files: and(info.unchecked) }));
  const cost = { ms: Math.round(performance.now() - since), peakMemoryBytes: (await globalThis.window.atelierPeakBytes?.()) ?? null };
  const { name, family, parameters, engineDescription } = info;
  const held = { quantization: info.quantization, head: info.quantizeHead ? "held" : "other" } as const;
  progress(words("cli/loaded", { name, family, parameters, ...held, engine: engineDescription }));
  const formNotes = [
    ...(needsTexts(quantization) ? [words("cli/rounded-with", { what: calibrationName(request.verb !== "quality") })] : []),
    ...(quantizeHead && info.quantization === "as-published" ? [words("cli/head-as-published")] : []),
  ];
  const adapterId =
    adapterName === null ? null : await engine.importAdapter(adapterName, await Promise.all(filesOf("adapter").map(namedBytes)));
  const notes = [...formNotes, ...((await engine.listRuns()).find(({ id }) => id === adapterId)?.notes ?? [])];
  for (const note of notes) progress(note);
  const pinned: ModelSource = source.kind === "hub" && info.commit !== undefined ? { ...source, commit: info.commit } : source;
  return { info, source: pinned, adapterId, notes, cost, ...secret, ...(info.listing ? { listing: info.listing } : {}) };
}
