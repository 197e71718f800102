// Gives ONNX Runtime's failures a code. The runtime tells causes apart only by its words, so this one place reads them.
import { AtelierError, isOutOfHostMemory } from "../base/errors.ts";

/** Refused buffers are named by the call that makes them, or seen as invalid by the command that uses them first. */
const memoryWords = /out of memory|bad_alloc|failed to allocate|allocation failed|\]\.CreateBuffer\(|invalid buffer/i;

/** The runtime's words stay as details. */
export function runtimeError(code: string, message: string, cause: unknown): AtelierError {
  const words = cause instanceof Error ? cause.message : String(cause);
  if (/device.*(lost|destroyed)|lost.*device/i.test(words)) {
    return new AtelierError(
      "engine/device-lost",
      `${message} The browser took the GPU away.`,
      "A run goes on from its last checkpoint once the model is loaded again.",
      { cause },
    );
  }
  if (memoryWords.test(words) || isOutOfHostMemory(cause)) {
    return new AtelierError(
      "engine/out-of-memory",
      `${message} Memory ran out.`,
      "Choose a smaller batch, a shorter sequence or a smaller model.",
      { cause },
    );
  }
  return new AtelierError(code, message, "Try the other engine. If both fail, copy the details and report them.", { cause });
}
