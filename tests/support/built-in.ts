// Devices with little room for weights in the programs of a chat.
import { parseModelConfig } from "../../src/model/architectures.ts";
import { floatForm } from "../../src/model/built-weights.ts";
import { builtInWhole, wholeBytes } from "../../src/model/stages/whole.ts";
import { tinyConfig } from "./tiny-model.ts";

/** What the tiny model takes where they are float32. */
export const tinyFloatBytes = wholeBytes(builtInWhole(parseModelConfig(tinyConfig), floatForm), null);

/** With room for so many bytes of weights in programs. */
export async function withBuiltIn(bytes: number, work: () => Promise<void>): Promise<void> {
  Object.defineProperty(navigator, "deviceMemory", { value: bytes / 2 ** 28, configurable: true });
  try {
    await work();
  } finally {
    Reflect.deleteProperty(navigator, "deviceMemory");
  }
}
