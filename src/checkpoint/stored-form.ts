// The form of a run's base in records that were stored, by this version or an earlier one, or that came in a file from anywhere.
import type { ModelReference } from "./run-record.ts";

type StoredReference = Omit<ModelReference, "form"> & { readonly form?: string };

/** Before forms were kept nothing was held as published, so the quantization names the form. */
export function withForm(model: StoredReference): ModelReference {
  return { ...model, form: model.form ?? model.quantization };
}

/** Whether what a reference says of the form can be shown. */
export function isFormReadable({ form, bitsPerWeight, commit }: Readonly<Partial<Record<keyof ModelReference, unknown>>>): boolean {
  const isText = (value: unknown): boolean => value === undefined || typeof value === "string";
  return isText(form) && isText(commit) && (bitsPerWeight === undefined || (typeof bitsPerWeight === "number" && bitsPerWeight > 0));
}
