// The table of objectives: config's kinds to what they do. A new one is a row here, its knobs in config, and a file beside this.
import type { ObjectiveConfig, ObjectiveKind } from "../../config/run-config.ts";
import { crossEntropy } from "./cross-entropy.ts";
import type { Objective } from "./objective.ts";

type SettingsOf<K extends ObjectiveKind> = Extract<ObjectiveConfig, { readonly kind: K }>;

const objectives: { readonly [K in ObjectiveKind]: (settings: SettingsOf<K>) => Objective } = {
  "cross-entropy": crossEntropy,
};

export function makeObjective(config: ObjectiveConfig): Objective {
  return objectives[config.kind](config);
}
