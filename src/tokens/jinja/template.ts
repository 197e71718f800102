// Chat templates, rendered as Python's Jinja renders them for transformers (ImmutableSandboxedEnvironment with trim_blocks,
// lstrip_blocks, loop controls and its own tojson), by the parser and the interpreter of @huggingface/jinja and what is mended
// around them. What is not known here is refused; nothing renders as something else.
import { parse, type Environment } from "@huggingface/jinja";
import { inside, PythonInterpreter } from "./interpreter.ts";
import { formatTime } from "./strftime.ts";
import { templateTokens } from "./template-source.ts";
import { pythonSays } from "./python-says.ts";
import { TemplateError, UnsupportedTemplateError } from "./template-error.ts";
import { words } from "../../words/message.ts";
import type { Token } from "./template-tokens.ts";
import { bind, bool, Callable, Dict, integer, itemsOf, Namespace, none, Text, textValue, textOf, View, wholeNumber } from "./values.ts";
import { typeName, type Arguments, type Value } from "./values.ts";

export type RenderTemplate = (variables: Readonly<Record<string, unknown>>) => string;

/**
 * @param now what strftime_now formats
 * @throws TemplateError at once where the template cannot be read; later where it refuses what it is given
 */
export function compileTemplate(source: string, now: () => Date = () => new Date()): RenderTemplate {
  const program = inTemplateErrors(() => parseTokens(templateTokens(source)));
  return (variables) => {
    const scope = inside(globals(now));
    // Keys that have no value are none.
    for (const [name, value] of Object.entries(variables)) scope.set(name, JSON.parse(JSON.stringify(value ?? null)));
    return inTemplateErrors(() => textOf(new PythonInterpreter().evaluate(program, inside(scope))));
  };
}

/** The package throws plain errors. */
function inTemplateErrors<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    const isPlain = error instanceof SyntaxError || (error instanceof Error && error.constructor === Error);
    throw isPlain ? new TemplateError(error.message, { cause: error }) : error;
  }
}

/** The parser stumbles over the end of a template that stops within a block. */
function parseTokens(tokens: readonly Token[]): ReturnType<typeof parse> {
  try {
    return parse(tokens as Parameters<typeof parse>[0]);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new TemplateError(words("jinja/open-block"), { cause: error });
  }
}

function globals(now: () => Date): Environment {
  const functions: Readonly<Record<string, (given: Arguments) => Value>> = {
    raise_exception: (given) => {
      throw new TemplateError(textOf(bind("raise_exception", given, ["message"])[0] ?? textValue("")));
    },
    strftime_now: (given) => textValue(formatTime(now(), textOf(bind("strftime_now", given, ["format"])[0] ?? textValue("")))),
    range,
    dict: (given) => new Dict(entriesOf("dict", given)),
    namespace: (given) => new Namespace(entriesOf("namespace", given)),
    lipsum: refusing("lipsum"),
    cycler: refusing("cycler"),
    joiner: refusing("joiner"),
  };
  const constants = { true: bool(true), True: bool(true), false: bool(false), False: bool(false), none, None: none };
  const scope = inside();
  for (const [name, body] of Object.entries(functions)) scope.variables.set(name, new Callable(body) as never);
  for (const [name, value] of Object.entries(constants)) scope.variables.set(name, value as never);
  return scope;
}

const refusing = (name: string) => (): Value => {
  throw new UnsupportedTemplateError(words("jinja/function", { name }));
};

/** dict(mapping or pairs, name=value …) */
function entriesOf(name: string, { args, kwargs }: Arguments): Map<string, Value> {
  if (args.length > 1) throw new TemplateError(pythonSays.oneArgument(args.length));
  const [source = new Dict(new Map())] = args;
  if (source instanceof Dict) return new Map([...source.value, ...kwargs]);
  const pairs = itemsOf(source).map((pair): [string, Value] => {
    const [key, value, ...more] = itemsOf(pair);
    if (key === undefined || value === undefined || more.length > 0) throw new TemplateError(words("jinja/needs-pairs", { name }));
    if (!(key instanceof Text)) throw new UnsupportedTemplateError(words("jinja/key-type", { type: typeName(key) }));
    return [key.value, value];
  });
  return new Map([...pairs, ...kwargs]);
}

/** The sandbox allows no more numbers. */
const longestRange = 100_000;

function range({ args, kwargs }: Arguments): Value {
  const numbers = args.map((value) => wholeNumber(value, 0));
  if (numbers.length === 0 || numbers.length > 3 || kwargs.size > 0) throw new TemplateError(words("jinja/range-arguments"));
  const [start, stop, step = 1] = numbers.length === 1 ? [0, ...numbers] : numbers;
  if (step === 0) throw new TemplateError(pythonSays.rangeStep());
  const count = Math.max(0, Math.ceil(((stop ?? 0) - (start ?? 0)) / step));
  if (count > longestRange) throw new TemplateError(pythonSays.rangeTooBig(longestRange));
  return new View(
    Array.from({ length: count }, (_, at) => integer((start ?? 0) + at * step)),
    true,
  );
}
