// A method as it is named within a sentence.
import { words, type Text } from "../words/message.ts";
import type { MethodConfig } from "./run-config.ts";

/** "LoRA of rank 16"; a method without a rank by its name alone. */
export function methodWords(method: MethodConfig): Text {
  const name = words(`method/${method.kind}-label`);
  return "rank" in method ? words("method/of-rank", { method: name, rank: method.rank }) : name;
}
