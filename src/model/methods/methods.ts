// The table of methods: config's kinds to what they do. A new one is a row here, its knobs in config/method-knobs.ts, and a file beside
// lora.ts.
import type { MethodConfig, MethodKind } from "../../config/run-config.ts";
import type { ModelSpec } from "../spec.ts";
import { dora } from "./dora.ts";
import { lora, rslora } from "./lora.ts";
import type { AppliedMethod } from "./method.ts";
import { pissa } from "./pissa.ts";

type SettingsOf<K extends MethodKind> = Extract<MethodConfig, { readonly kind: K }>;

const methods: { readonly [K in MethodKind]?: (spec: ModelSpec, settings: SettingsOf<K>) => AppliedMethod } = {
  lora,
  rslora,
  dora,
  pissa,
};

/** @throws AtelierError `config/invalid` where the method makes no sense for the model, or names what it does not have */
export function applyMethod(spec: ModelSpec, config: MethodConfig): AppliedMethod {
  const apply = methods[config.kind] as (spec: ModelSpec, settings: MethodConfig) => AppliedMethod;
  return apply(spec, config);
}
