// Which modules of an IA³ adapter have their input scaled, as PEFT's settings say it.
import { familyDefault } from "../config/methods.ts";
import type { ModelSpec } from "../model/spec.ts";
import { words } from "../words/message.ts";
import { targetsOf, unexpected } from "./adapter-tensors.ts";
import { pythonFullMatch } from "./peft-pattern.ts";

interface File {
  readonly spec: ModelSpec;
  readonly config: Readonly<Record<string, unknown>>;
  readonly modules: ReadonlySet<string>;
}

/** @throws AtelierError `adapter/invalid` naming the key */
export function feedforwardNames({ spec, config, modules }: File): readonly string[] {
  const { feedforward_modules: named } = config;
  if (named === undefined || named === null) return [familyDefault];
  const matches = matcher(named);
  return targetsOf(spec, new Set([...modules].filter(matches)));
}

/** As PEFT: an expression matches the whole path, a name its end, wherever that begins. */
function matcher(named: unknown): (module: string) => boolean {
  const key = "feedforward_modules";
  if (typeof named === "string") return pythonFullMatch(named, key);
  const isName = (value: unknown): value is string => typeof value === "string";
  if (!Array.isArray(named) || !named.every(isName)) throw unexpected(key, named, words("adapter/names-or-pattern"));
  return (module) => named.some((name) => module.endsWith(name));
}
