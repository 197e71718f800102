// The interpreter of @huggingface/jinja, with Python's ways where its own are others: what operators, filters, tests and members
// give; the text before a break, names that end with their loop or macro, an else only for loops without items.
import { Environment, Interpreter } from "@huggingface/jinja";
import { applyFilter } from "./filters.ts";
import { attributeOf, itemOf, sliceOf } from "./members.ts";
import { calculate } from "./operators.ts";
import { pythonSays } from "./python-says.ts";
import { TemplateError, UnsupportedTemplateError } from "./template-error.ts";
import { words } from "../../words/message.ts";
import {
  bool,
  Callable,
  Dict,
  Float,
  integer,
  isNumeric,
  isTrue,
  itemsOf,
  List,
  Loop,
  missing,
  none,
  textValue,
  textOf,
} from "./values.ts";
import { Tuple, typeName, Undefined, type Arguments, type Value } from "./values.ts";

type Scope = Environment;
type Given = [Value[], Map<string, Value>];

/** Nodes of the parser, as far as they are read here. */
interface Node {
  readonly type: string;
}
interface Name extends Node {
  readonly value: string;
}
interface Call extends Node {
  readonly callee: Node;
  readonly args: readonly Node[];
}
interface For extends Node {
  readonly loopvar: Node;
  readonly iterable: Node & { readonly lhs?: Node; readonly test?: Node };
  readonly body: readonly Node[];
  readonly defaultBlock: readonly Node[];
}
type Parameter = Node & ({ readonly value: string } | { readonly key: Name; readonly value: Node });

/** The methods of the package's interpreter that are called or overridden; most are private in its declarations. */
interface Evaluating {
  evaluate(node: Node | undefined, scope: Scope): Value;
  evaluateBlock(body: readonly Node[], scope: Scope): Value;
  evaluateArguments(args: readonly Node[], scope: Scope): Given;
}

/** Why the rest of a loop's body is not rendered, and what was rendered of it. */
class LoopExit extends TemplateError {
  readonly kind: string;
  rendered = "";
  constructor(kind: string) {
    super(words("jinja/loop-exit", { statement: kind.toLowerCase() }));
    this.kind = kind;
  }
}

/** Statements whose value is not printed; None is, where an expression gives it. */
const silent: ReadonlySet<string> = new Set(["Set", "Macro"]);

export class PythonInterpreter extends (Interpreter as unknown as new () => Evaluating) {
  override evaluate(node: Node | undefined, scope: Scope): Value {
    switch (node?.type) {
      case "Break":
      case "Continue":
        throw new LoopExit(node.type);
      case "FilterStatement": {
        const { filter, body } = node as Node & { filter: Node; body: readonly Node[] };
        return this.applyFilter(this.evaluateBlock(body, inside(scope)), filter, scope);
      }
      case "SpreadExpression":
        return new List(itemsOf(super.evaluate(node, scope)));
      default:
        return super.evaluate(node, scope);
    }
  }

  override evaluateBlock(body: readonly Node[], scope: Scope): Value {
    let rendered = "";
    for (const node of body) {
      try {
        const value = this.evaluate(node, scope);
        if (!silent.has(node.type)) rendered += textOf(value);
      } catch (error) {
        if (error instanceof LoopExit) error.rendered = rendered + error.rendered;
        throw error;
      }
    }
    return textValue(rendered);
  }

  evaluateBinaryExpression(node: Node & { operator: Name; left: Node; right: Node }, scope: Scope): Value {
    const operator = node.operator.value;
    const left = this.evaluate(node.left, scope);
    if (operator === "and" || operator === "or") return isTrue(left) === (operator === "and") ? this.evaluate(node.right, scope) : left;
    return calculate(operator, left, this.evaluate(node.right, scope));
  }

  evaluateUnaryExpression(node: Node & { operator: Name; argument: Node }, scope: Scope): Value {
    const value = this.evaluate(node.argument, scope);
    if (node.operator.value === "not") return bool(!isTrue(value));
    if (!isNumeric(value)) throw new TemplateError(pythonSays.unary(node.operator.value, typeName(value)));
    const signed = node.operator.value === "-" ? -Number(value.value) : Number(value.value);
    return value instanceof Float ? new Float(signed) : integer(signed + 0);
  }

  applyFilter(operand: Value, filter: Node, scope: Scope): Value {
    const { callee = filter, args = [] } = filter as Partial<Call>;
    if (callee.type !== "Identifier") throw new TemplateError(words("jinja/filter-name"));
    return applyFilter((callee as Name).value, operand, this.#given(args, scope));
  }

  evaluateCallExpression(node: Call, scope: Scope): Value {
    const callee = this.evaluate(node.callee, scope);
    return call(callee, this.#given(node.args, scope));
  }

  evaluateMemberExpression(node: Node & { object: Node; property: Node; computed: boolean }, scope: Scope): Value {
    const object = this.evaluate(node.object, scope);
    const { property } = node;
    if (property.type === "SliceExpression") {
      const { start, stop, step } = property as Node & Partial<Record<"start" | "stop" | "step", Node>>;
      return sliceOf(
        object,
        [start, stop, step].map((bound) => bound && this.evaluate(bound, scope)),
      );
    }
    if (node.computed || property.type !== "Identifier") return itemOf(object, this.evaluate(property, scope));
    return attributeOf(object, (property as Name).value);
  }

  evaluateSet(node: Node & { assignee: Node; value: Node | null; body: readonly Node[] }, scope: Scope): Value {
    const value = node.value ? this.evaluate(node.value, scope) : this.evaluateBlock(node.body, inside(scope));
    this.#assign(node.assignee, value, scope);
    return none;
  }

  evaluateFor(node: For, scope: Scope): Value {
    const { iterable, body } = node;
    const { lhs = iterable, test } = iterable.type === "SelectExpression" ? iterable : {};
    const withItem = (item: Value): Scope => {
      const inner = inside(scope);
      this.#assign(node.loopvar, item, inner);
      return inner;
    };
    const all = itemsOf(this.evaluate(lhs, scope));
    const items = test ? all.filter((item) => isTrue(this.evaluate(test, withItem(item)))) : all;
    if (items.length === 0) return this.evaluateBlock(node.defaultBlock, inside(scope));
    let rendered = "";
    for (const at of items.keys()) {
      const inner = withItem(items[at] as Value);
      define(inner, "loop", loopOf(items, at, scope));
      try {
        rendered += textOf(this.evaluateBlock(body, inner));
      } catch (error) {
        if (!(error instanceof LoopExit)) throw error;
        rendered += error.rendered;
        if (error.kind === "Break") break;
      }
    }
    return textValue(rendered);
  }

  evaluateMacro(node: Node & { name: Name; args: readonly Parameter[]; body: readonly Node[] }, scope: Scope): Value {
    define(scope, node.name.value, this.#macro(node.name.value, node.args, node.body, scope));
    return none;
  }

  evaluateCallStatement(node: Node & { call: Call; callerArgs: readonly Parameter[] | null; body: readonly Node[] }, scope: Scope): Value {
    const { args, kwargs } = this.#given(node.call.args, scope);
    const caller = this.#macro("caller", node.callerArgs ?? [], node.body, scope);
    return call(this.evaluate(node.call.callee, scope), { args, kwargs: new Map([...kwargs, ["caller", caller]]) });
  }

  #given(nodes: readonly Node[], scope: Scope): Arguments {
    const [args, kwargs] = this.evaluateArguments(nodes, scope);
    return { args, kwargs };
  }

  #assign(target: Node, value: Value, scope: Scope): void {
    if (target.type === "Identifier") define(scope, (target as Name).value, value);
    else if (target.type === "TupleLiteral") {
      const targets = (target as Node & { value: readonly Node[] }).value;
      const items = itemsOf(value);
      if (items.length !== targets.length) throw new TemplateError(words("jinja/values", { expected: targets.length, got: items.length }));
      for (const [at, inner] of targets.entries()) this.#assign(inner, items[at] as Value, scope);
    } else {
      const { object, property } = target as Node & { object?: Node; property?: Name };
      const namespace = object && this.evaluate(object, scope);
      if (namespace?.type !== "NamespaceValue" || property?.type !== "Identifier") throw new TemplateError(pythonSays.notAssigned());
      (namespace.value as Map<string, Value>).set(property.value, value);
    }
  }

  /** A macro sees the names where it is written, not those where it is called. */
  #macro(name: string, parameters: readonly Parameter[], body: readonly Node[], scope: Scope): Callable {
    return new Callable((given) => {
      const inner = inside(scope);
      const named = new Map(given.kwargs);
      define(inner, "caller", named.get("caller") ?? missing);
      named.delete("caller");
      for (const [at, parameter] of parameters.entries()) {
        const key = "key" in parameter ? parameter.key.value : parameter.value;
        const value = given.args[at] ?? named.get(key);
        if (at >= given.args.length) named.delete(key);
        define(inner, key, value ?? ("key" in parameter ? this.evaluate(parameter.value, inner) : missing));
      }
      if (given.args.length > parameters.length || named.size > 0)
        throw new UnsupportedTemplateError(words("jinja/macro-arguments", { name }));
      define(inner, "varargs", new Tuple([]));
      define(inner, "kwargs", new Dict(new Map()));
      return this.evaluateBlock(body, inner);
    });
  }
}

/** Every scope of the package begins with its own `namespace`, which would hide ours. */
export function inside(outer?: Scope): Scope {
  const scope = new Environment(outer);
  scope.variables.clear();
  return scope;
}

/** The package's own signature asks for its union of classes. */
const define = (scope: Scope, name: string, value: Value): unknown => scope.setVariable(name, value as never);

function call(callee: Value, given: Arguments): Value {
  if (callee instanceof Callable) return callee.value(given);
  if (callee instanceof Undefined) throw new TemplateError(words("jinja/undefined-call"));
  throw new TemplateError(pythonSays.notCallable(typeName(callee)));
}

function loopOf(items: readonly Value[], at: number, scope: Scope): Value {
  const outer: Value = scope.lookupVariable("loop");
  const depth = outer instanceof Loop ? Number(outer.value.get("depth")?.value) + 1 : 1;
  const cycle = new Callable(({ args }) => {
    if (args.length === 0) throw new TemplateError(pythonSays.cycle());
    return args[at % args.length] as Value;
  });
  const changed = new Callable(() => {
    throw new UnsupportedTemplateError(words("jinja/expression", { code: "loop.changed" }));
  });
  return new Loop(
    new Map<string, Value>([
      ["index", integer(at + 1)],
      ["index0", integer(at)],
      ["revindex", integer(items.length - at)],
      ["revindex0", integer(items.length - at - 1)],
      ["first", bool(at === 0)],
      ["last", bool(at === items.length - 1)],
      ["length", integer(items.length)],
      ["depth", integer(depth)],
      ["depth0", integer(depth - 1)],
      ["previtem", items[at - 1] ?? missing],
      ["nextitem", items[at + 1] ?? missing],
      ["cycle", cycle],
      ["changed", changed],
    ]),
  );
}
