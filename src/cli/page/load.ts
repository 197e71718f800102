// Loads the model and the adapter that a command names.
import { engine } from "../../client/engine-client.ts";
import { namedBytes } from "../../client/named-bytes.ts";
import type { ModelInfo, ModelSource } from "../../protocol/engine-api.ts";
import type { HeadlessRequest } from "../request.ts";
import { filesOf, progress } from "./files.ts";

export interface LoadedModel {
  readonly info: ModelInfo;
  readonly source: ModelSource;
  /** The run that the adapter folder became; null without one. */
  readonly adapterId: string | null;
}

/** Whether everything goes by token ids. */
function needsNoText(request: HeadlessRequest): boolean {
  return request.verb === "chat" ? request.ids !== undefined : request.verb !== "train" || request.batch !== undefined || request.resume;
}

export function sourceOf({ modelName }: HeadlessRequest): ModelSource {
  return modelName === null ? { kind: "bundled" } : { kind: "files", name: modelName, files: filesOf("model") };
}

export async function load(request: HeadlessRequest): Promise<LoadedModel> {
  const { adapterName, provider, quantization } = request;
  const source = sourceOf(request);
  let shown = "";
  const report = ({ stage, fraction }: { stage: string; fraction: number }) => {
    const line = `loading: ${stage} ${Math.floor(fraction * 10) * 10}%`;
    if (line !== shown) progress((shown = line));
  };
  const info = await engine.load(
    { source, quantization, tokenizerOptional: needsNoText(request), ...(provider ? { provider } : {}) },
    report,
  );
  progress(`loaded ${info.name} (${info.family}, ${info.parameters} parameters, ${info.quantization}) on ${info.engineDescription}`);
  const adapterId =
    adapterName === null ? null : await engine.importAdapter(adapterName, await Promise.all(filesOf("adapter").map(namedBytes)));
  return { info, source, adapterId };
}
