// Chat templates, rendered as Python's Jinja renders them for transformers (ImmutableSandboxedEnvironment with trim_blocks,
// lstrip_blocks, loop controls and its own tojson). What is not known here is refused; nothing renders as something else.
import { parseTemplate } from "./parse-template.ts";
import { renderAll } from "./render.ts";
import { Scope } from "./scope.ts";
import { TemplateError, UnsupportedTemplateError } from "./template-error.ts";
import { bind, Callable, fromJson, isDict, itemsOf, Namespace, textOf, typeName, View } from "./values.ts";
import type { Arguments, Value } from "./values.ts";
import { formatTime } from "./strftime.ts";

export type RenderTemplate = (variables: Readonly<Record<string, unknown>>) => string;

/**
 * @param now what strftime_now formats
 * @throws TemplateError at once where the template cannot be read; later where it refuses what it is given
 */
export function compileTemplate(source: string, now: () => Date = () => new Date()): RenderTemplate {
  const statements = parseTemplate(source);
  return (variables) => {
    const given = Object.entries(variables).map(([name, value]) => [name, fromJson(value)] as const);
    return renderAll(statements, new Scope(new Scope(new Scope(null, globals(now)), given)));
  };
}

function globals(now: () => Date): [string, Value][] {
  const functions: Readonly<Record<string, (given: Arguments) => Value>> = {
    raise_exception: (given) => {
      throw new TemplateError(textOf(bind("raise_exception", given, ["message"])[0] ?? ""));
    },
    strftime_now: (given) => formatTime(now(), textOf(bind("strftime_now", given, ["format"])[0] ?? "")),
    range,
    dict: (given) => new Map(entriesOf("dict", given)),
    namespace: (given) => new Namespace(new Map(entriesOf("namespace", given).map(([key, value]) => [textOf(key), value]))),
  };
  const unknown = ["lipsum", "cycler", "joiner"].map((name) => [name, refusing(name)] as const);
  return [...Object.entries(functions), ...unknown].map(([name, body]) => [name, new Callable(name, body)]);
}

const refusing = (name: string) => (): Value => {
  throw new UnsupportedTemplateError(`the function ${name} is not known`);
};

/** dict(mapping or pairs, name=value …) */
function entriesOf(name: string, { args, kwargs }: Arguments): [Value, Value][] {
  if (args.length > 1) throw new TemplateError(`${name} expected at most 1 argument, got ${args.length}`);
  const [source = new Map<Value, Value>()] = args;
  const pairs = isDict(source) ? [...source] : itemsOf(source).map((pair) => [...itemsOf(pair)]);
  const checked = pairs.map(([key, value, ...more]): [Value, Value] => {
    if (key === undefined || value === undefined || more.length > 0) throw new TemplateError(`${name} needs pairs`);
    return [key, value];
  });
  return [...checked, ...kwargs];
}

/** The sandbox allows 100,000 numbers. */
function range({ args, kwargs }: Arguments): Value {
  const numbers = args.map((value) => {
    if (typeof value === "number" || typeof value === "boolean") return Number(value);
    throw new TemplateError(`'${typeName(value)}' object cannot be interpreted as an integer`);
  });
  if (numbers.length === 0 || numbers.length > 3 || kwargs.size > 0) throw new TemplateError("range expected 1 to 3 arguments");
  const [start, stop, step = 1] = numbers.length === 1 ? [0, ...numbers] : numbers;
  if (step === 0) throw new TemplateError("range() arg 3 must not be zero");
  const count = Math.max(0, Math.ceil(((stop ?? 0) - (start ?? 0)) / step));
  if (count > 100_000) throw new TemplateError("Range too big. The sandbox blocks ranges larger than 100000.");
  return new View(
    Array.from({ length: count }, (_, at) => (start ?? 0) + at * step),
    true,
  );
}
