// The table of forms: a new kind is a row here, its description in forms.ts, and a file beside float-form.ts.
import { blocksScheme } from "./blocks-form.ts";
import { float8Scheme } from "./float8-form.ts";
import { floatScheme } from "./float-form.ts";
import type { BlocksForm, LevelForm, MatrixForm } from "./forms.ts";
import { levels4Scheme } from "./levels4-form.ts";
import { rowsScheme } from "./rows-form.ts";
import type { FormScheme } from "./scheme.ts";

const makers: { readonly [Kind in MatrixForm["kind"]]: (form: Extract<MatrixForm, { kind: Kind }>) => FormScheme } = {
  float: floatScheme,
  blocks: blocksScheme,
  levels4: levels4Scheme,
  float8: float8Scheme,
  rows: rowsScheme,
};

const known = new Map<string, FormScheme>();

export function schemeOf(form: MatrixForm): FormScheme {
  const key = formKey(form);
  const found = known.get(key) ?? (makers[form.kind] as (form: MatrixForm) => FormScheme)(form);
  known.set(key, found);
  return found;
}

/** Asked of every matrix at every run of its layer. */
const knownKeys = new WeakMap<MatrixForm, string>();

/** Two forms that are the same have the same key, in whatever order their members stand. */
export function formKey(form: MatrixForm): string {
  const key = knownKeys.get(form) ?? JSON.stringify(sorted(form));
  knownKeys.set(form, key);
  return key;
}

function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}

/**
 * The form in which an engine holds a matrix: float16 numbers are widened where it has no float16, which doubles them and changes
 * no value.
 */
export function onEngine(form: MatrixForm, hasFloat16: boolean): MatrixForm {
  if (hasFloat16) return form;
  if (form.kind === "float") return { ...form, dtype: "float32" };
  if (form.kind !== "blocks") return form;
  const wide = (level: LevelForm): LevelForm => ({ ...level, dtype: "float32" });
  const { minimum, ...rest }: BlocksForm = form;
  return { ...rest, scale: wide(form.scale), ...(minimum ? { minimum: wide(minimum) } : {}) };
}
