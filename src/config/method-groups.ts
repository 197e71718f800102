// The methods by the families that the field sorts them into (Lialin et al. 2023), which one is recommended, and what stands in for one
// that takes too much.
import { offeredKinds, type MethodKind } from "./run-config.ts";

/** In the order of the list; called by the messages method-group/…. */
export const methodGroupNames = ["reparametrised", "additive", "selective", "whole"] as const;
export type MethodGroup = (typeof methodGroupNames)[number];

const groups = {
  lora: "reparametrised",
  rslora: "reparametrised",
  dora: "reparametrised",
  pissa: "reparametrised",
  vera: "reparametrised",
  loha: "reparametrised",
  lokr: "reparametrised",
  oft: "reparametrised",
  boft: "reparametrised",
  ia3: "additive",
  prompt: "additive",
  prefix: "additive",
  bottleneck: "additive",
  bitfit: "selective",
  norms: "selective",
  "last-k": "selective",
  embedding: "selective",
  tokens: "selective",
  full: "whole",
  scratch: "whole",
} as const satisfies Readonly<Record<MethodKind, MethodGroup>>;

export const recommendedMethod = "lora" satisfies MethodKind;

/** Without the recommended one, which stands before them. */
export function otherMethods(group: MethodGroup): readonly MethodKind[] {
  return offeredKinds.method.filter((kind) => groups[kind] === group && kind !== recommendedMethod);
}

/** What computes on every matrix before the first step. */
export const beginsSlowly: ReadonlySet<MethodKind> = new Set<MethodKind>(["pissa"]);

/** What takes less and learns less, the nearest first. */
export function cheaperMethods(kind: MethodKind): readonly MethodKind[] {
  // What is made anew has nothing to add to.
  if (kind === "ia3" || kind === "scratch") return [];
  return groups[kind] === "reparametrised" ? ["ia3"] : [recommendedMethod, "ia3"];
}
