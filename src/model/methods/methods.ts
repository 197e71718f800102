// The table of methods: config's kinds to what they do. A new one is a row here, its knobs in config/method-knobs.ts, and a file beside
// lora.ts.
import type { MethodConfig, MethodKind } from "../../config/run-config.ts";
import type { ModelSpec } from "../spec.ts";
import { boft } from "./boft.ts";
import { ia3 } from "./ia3.ts";
import { loha } from "./loha.ts";
import { lokr } from "./lokr.ts";
import { lora } from "./lora.ts";
import type { AppliedMethod } from "./method.ts";
import { oft } from "./oft.ts";
import { vera } from "./vera.ts";

type SettingsOf<K extends MethodKind> = Extract<MethodConfig, { readonly kind: K }>;

const methods: { readonly [K in MethodKind]?: (spec: ModelSpec, settings: SettingsOf<K>) => AppliedMethod } = {
  lora,
  vera,
  loha,
  lokr,
  oft,
  boft,
  ia3,
};

/** @throws AtelierError `config/invalid` where the method makes no sense for the model, or names what it does not have */
export function applyMethod(spec: ModelSpec, config: MethodConfig): AppliedMethod {
  const apply = methods[config.kind] as (spec: ModelSpec, settings: MethodConfig) => AppliedMethod;
  return apply(spec, config);
}
