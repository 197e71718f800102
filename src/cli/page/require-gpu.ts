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
  const { available, reason, fallback, adapter } = webgpu;
  if (!available) throw reason ? new AtelierError("engine/no-gpu#because", { why: reason }) : new AtelierError("engine/no-gpu");
  if (fallback) throw new AtelierError("engine/no-gpu#software", { adapter: adapter ?? "" });
  return { ...request, provider: "webgpu" };
}
