// A translation has every key of the original, and every message takes the original's parameters.
import type { ErrorText } from "./catalog.ts";
import type { ParametersOf } from "./icu.ts";

type Same<A, B> = [A, B] extends [B, A] ? true : false;

type Checked<Text, Original> = Text extends string
  ? Original extends string
    ? Same<ParametersOf<Text>, ParametersOf<Original>> extends true
      ? Text
      : { readonly "takes other parameters than the original": ParametersOf<Original> }
    : never
  : { readonly [Part in keyof Text]: Part extends keyof Original ? Checked<Text[Part], Original[Part]> : never };

type Keyed<Original> = { readonly [Key in keyof Original]: Original[Key] extends string ? string : ErrorText };

/** Checks at compile time; gives back what it takes. */
export function translation<Original>() {
  return <const Translated extends Keyed<Original>>(
    translated: Translated & Checked<Translated, Original> & Record<Exclude<keyof Translated, keyof Original>, never>,
  ): Translated => translated;
}
