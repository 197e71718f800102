// On which weights an adapter was trained and what to run it on, in words: for the page, the command and the adapter's own README.
// An adapter learns around the errors of its base, so that it is told apart whether its base was rounded.
import { sentences, words, type Text, type Words } from "../words/message.ts";
import type { SourceKind } from "./model-source.ts";
import { isExact, type Quantization } from "./quantizations.ts";

/** Taught examples that a check on other weights asks for at most. */
export const mostChecked = 50;

/** What is kept of a run's base. */
export interface BaseWeights {
  readonly name: string;
  readonly source: SourceKind;
  readonly commit?: string;
  readonly quantization: Quantization;
  readonly quantizeHead?: boolean;
  readonly form: string;
  readonly bitsPerWeight?: number;
}

/** What tells a run from an adapter that came as files. */
interface Steps {
  readonly phase: string;
  readonly stepsDone: number;
}

export function isImported({ phase, stepsDone }: Steps): boolean {
  return phase === "finished" && stepsDone === 0;
}

/** Of an adapter that others trained nothing is known: what its files call its base does not say how that was held. */
export function trainedOn(run: Steps & { readonly model: BaseWeights }): Text {
  const { model: weights } = run;
  if (isImported(run)) return words("transfer/on-unknown", { base: weights.name });
  const base = namedBase(weights);
  if (!isExact(weights.quantization)) return sentences([onRounded(weights, base), words("transfer/run-on-published")]);
  return hasOwnForms(weights)
    ? sentences([words("transfer/on-published", { base, form: weights.form }), words("transfer/run-on-file")])
    : sentences([words("transfer/on-plain", { base }), words("transfer/run-on-plain")]);
}

/** The form as it is said beside a count. */
export function formOf(weights: Pick<BaseWeights, "form" | "quantization" | "quantizeHead">): Text {
  const { form, quantization, quantizeHead } = weights;
  if (isExact(quantization)) return hasOwnForms(weights) ? form : words("transfer/unrounded");
  return quantizeHead ? words("model/head-too", { quantization: form }) : form;
}

/** The repository on a hub, without the revision and the file that a name may end with; null where it is of none. */
export function hubIdOf({ name, source }: Pick<BaseWeights, "name" | "source">): string | null {
  return source === "hub" ? (/^[^/@:]+\/[^/@:]+/.exec(name)?.[0] ?? null) : null;
}

/** Commits are known by their beginning; the whole one is in the adapter's configuration. */
function namedBase({ name, commit }: BaseWeights): Text {
  return commit === undefined ? name : words("transfer/base", { name, commit: commit.slice(0, 12) });
}

/** Where a file has plain numbers, "as-published" names no form of its own. */
function hasOwnForms({ form, quantization }: Pick<BaseWeights, "form" | "quantization">): boolean {
  return quantization === "as-published" && form !== quantization;
}

function onRounded(weights: BaseWeights, base: Text): Words {
  const { bitsPerWeight: bits } = weights;
  const form = formOf(weights);
  return bits === undefined ? words("transfer/on-rounded", { base, form }) : words("transfer/on-rounded-bits", { base, form, bits });
}
