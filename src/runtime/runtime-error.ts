// Gives ONNX Runtime's failures a code. The runtime tells causes apart only by its words, so this one place reads them.
import { AtelierError, isOutOfHostMemory, messageOf } from "../base/errors.ts";
import type { ErrorParameters, Words } from "../words/message.ts";

/** Refused buffers are named by the call that makes them, or seen as invalid by the command that uses them first. */
const memoryWords = /out of memory|bad_alloc|failed to allocate|allocation failed|\]\.CreateBuffer\(|invalid buffer/i;

type Failing = "engine/compile" | "engine/run" | "engine/read" | "engine/upload" | "engine/gpu-error";

/** What was being done: an error of its own where the runtime's words tell no other reason. */
export interface Failure extends Words {
  readonly key: Failing;
}

export function failure<Key extends Failing>(key: Key, params: ErrorParameters<Key>): Failure {
  return { key, params };
}

/** The runtime's words stay as details. */
export function runtimeError(failed: Failure, cause: unknown): AtelierError {
  const said = cause instanceof Error ? cause.message : String(cause);
  const what = messageOf(failed);
  if (/device.*(lost|destroyed)|lost.*device/i.test(said)) return new AtelierError("engine/device-lost", { what }, { cause });
  if (memoryWords.test(said) || isOutOfHostMemory(cause)) return new AtelierError("engine/out-of-memory", { what }, { cause });
  return new AtelierError(failed.key, failed.params, { cause });
}
