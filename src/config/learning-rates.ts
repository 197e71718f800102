// Where the learning rate stands until someone sets it. It depends on what is trained (the fewer and the smaller the numbers, the larger
// their steps) and on the optimizer.
import { methodTable, type MethodRow } from "./methods.ts";
import { optimizerTable } from "./optimizers.ts";

export function recommendedRate(method: keyof typeof methodTable, optimizer: keyof typeof optimizerTable): number {
  const { rate, hasMatrices = true }: MethodRow = methodTable[method];
  const runs = optimizer === "muon" && !hasMatrices ? "adamw" : optimizer;
  return Number(Math.min(1, rate * optimizerTable[runs].factor).toPrecision(2));
}
