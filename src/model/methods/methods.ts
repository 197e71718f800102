// The table of methods: config's kinds to what they do. A new one is a row here, its knobs in config/methods.ts, and a file beside
// lora.ts.
import type { MethodConfig, MethodKind } from "../../config/run-config.ts";
import type { ModelSpec } from "../spec.ts";
import { dora } from "./dora.ts";
import { pissa } from "./pissa.ts";
import { boft } from "./boft.ts";
import { ia3 } from "./ia3.ts";
import { loha } from "./loha.ts";
import { lokr } from "./lokr.ts";
import { lora, rslora } from "./lora.ts";
import type { AppliedMethod } from "./method.ts";
import { oft } from "./oft.ts";
import { vera } from "./vera.ts";
import { bottleneck } from "./bottleneck.ts";
import { prefix } from "./prefix.ts";
import { prompt } from "./prompt.ts";
import { withSaved } from "./saved.ts";
import { scratch } from "./scratch.ts";
import { bitfit, embeddingAndHead, full, lastLayers, norms } from "./selective.ts";
import { tokenRows } from "./tokens.ts";

type SettingsOf<K extends MethodKind> = Extract<MethodConfig, { readonly kind: K }>;

const methods: { readonly [K in MethodKind]: (spec: ModelSpec, settings: SettingsOf<K>) => AppliedMethod } = {
  lora,
  rslora,
  dora,
  pissa,
  vera,
  loha,
  lokr,
  oft,
  boft,
  ia3,
  prompt,
  prefix,
  bottleneck,
  bitfit,
  norms,
  "last-k": lastLayers,
  embedding: embeddingAndHead,
  tokens: tokenRows,
  full,
  scratch,
};

/** @throws AtelierError `config/invalid` where the method makes no sense for the model, or names what it does not have */
export function applyMethod(spec: ModelSpec, config: MethodConfig): AppliedMethod {
  const apply = methods[config.kind] as (spec: ModelSpec, settings: MethodConfig) => AppliedMethod;
  const method = apply(spec, config);
  return "save" in config ? withSaved(spec, method, config) : method;
}
