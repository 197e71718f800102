// Whether what is computed here comes from a GPU: scripts that time or compare must not take a software adapter for one.
import { AtelierError } from "../../base/errors.ts";
import { engine } from "../../client/engine-client.ts";
import type { HeadlessRequest } from "../request.ts";

/** Added to every answer. */
export type FallbackMark = { readonly fallback?: true };

export function fallbackMark(isFallback: boolean | undefined): FallbackMark {
  return isFallback ? { fallback: true } : {};
}

/**
 * The request, with the GPU as its engine where one is required.
 * @throws AtelierError `engine/no-gpu`
 */
export async function withRequiredGpu<R extends HeadlessRequest>(request: R): Promise<R> {
  if (!request.requireGpu) return request;
  const { webgpu } = await engine.probe();
  const hint = "Run it where a GPU is, with a browser that may use it, or leave --require-gpu out.";
  if (!webgpu.available) throw new AtelierError("engine/no-gpu", `There is no GPU: ${webgpu.reason ?? "WebGPU is not available"}.`, hint);
  if (webgpu.fallback)
    throw new AtelierError(
      "engine/no-gpu",
      `There is no GPU: the only WebGPU adapter, ${webgpu.adapter ?? ""}, computes on the CPU.`,
      hint,
    );
  return { ...request, provider: "webgpu" };
}
