// Statements to text.
import { argumentsOf, call, evaluate, filterValue } from "./evaluate.ts";
import type { MacroNode, Statement, Target } from "./nodes.ts";
import { Scope } from "./scope.ts";
import { TemplateError, UnsupportedTemplateError } from "./template-error.ts";
import { Callable, isTrue, itemsOf, Loop, Namespace, textOf, Tuple, Undefined } from "./values.ts";
import type { Arguments, Value } from "./values.ts";

/** Why the rest of a loop's body is not rendered. */
type Exit = "break" | "continue" | null;

export function renderAll(statements: readonly Statement[], scope: Scope): string {
  const output = new Output();
  output.body(statements, scope);
  return output.text;
}

class Output {
  text = "";
  /** Loops around the statement, of which the innermost is `loop`. */
  readonly #depth: number;

  constructor(depth = 0) {
    this.#depth = depth;
  }

  body(statements: readonly Statement[], scope: Scope): Exit {
    for (const statement of statements) {
      const exit = this.#statement(statement, scope);
      if (exit !== null) return exit;
    }
    return null;
  }

  #statement(node: Statement, scope: Scope): Exit {
    switch (node.kind) {
      case "if":
        return this.body(isTrue(evaluate(node.test, scope)) ? node.body : node.otherwise, scope);
      case "for":
        this.#for(node, scope);
        return null;
      case "break":
      case "continue":
        return node.kind;
      case "with": {
        const inner = new Scope(scope);
        for (const [target, value] of node.bindings) assign(target, evaluate(value, scope), inner);
        return this.body(node.body, inner);
      }
      default:
        this.text += this.#piece(node, scope);
        return null;
    }
  }

  /** Statements that let nothing out of them. */
  #piece(node: Exclude<Statement, { kind: "if" | "for" | "break" | "continue" | "with" }>, scope: Scope): string {
    switch (node.kind) {
      case "data":
        return node.text;
      case "output":
        return textOf(evaluate(node.value, scope));
      case "set":
        assign(node.target, evaluate(node.value, scope), scope);
        return "";
      case "setBlock": {
        const text = this.#inner(node.body, new Scope(scope));
        assign(node.target, node.filter ? filterValue(node.filter, text, scope) : text, scope);
        return "";
      }
      case "macro":
        scope.set(node.name, macro(node, scope, true));
        return "";
      case "callBlock": {
        const { args, kwargs } = argumentsOf(node.call, scope);
        const given = { args, kwargs: new Map([...kwargs, ["caller", macro(node.caller, scope, false)]]) };
        return textOf(call(evaluate(node.call.callee, scope), given));
      }
      case "filterBlock":
        return textOf(filterValue(node.filter, this.#inner(node.body, new Scope(scope)), scope));
      case "generation":
        return this.#inner(node.body, new Scope(scope));
      default:
        return node satisfies never;
    }
  }

  #inner(body: readonly Statement[], scope: Scope): string {
    const output = new Output(this.#depth);
    if (output.body(body, scope) !== null) throw new TemplateError("break or continue leaves a block");
    return output.text;
  }

  #for(node: Extract<Statement, { kind: "for" }>, scope: Scope): void {
    let items = itemsOf(evaluate(node.iterable, scope));
    const { test } = node;
    if (test) {
      items = items.filter((item) => {
        const inner = new Scope(scope);
        assign(node.target, item, inner);
        return isTrue(evaluate(test, inner));
      });
    }
    const output = new Output(this.#depth + 1);
    for (const [at, item] of items.entries()) {
      const inner = new Scope(scope, [["loop", new Loop(items, at, this.#depth + 1)]]);
      assign(node.target, item, inner);
      if (output.body(node.body, inner) === "break") break;
    }
    this.text += output.text;
    if (items.length === 0) this.body(node.otherwise, new Scope(scope));
  }
}

function assign(target: Target, value: Value, scope: Scope): void {
  switch (target.kind) {
    case "name":
      scope.set(target.name, value);
      return;
    case "member": {
      const namespace = scope.lookUp(target.namespace);
      if (!(namespace instanceof Namespace)) throw new TemplateError("cannot assign attribute on non-namespace object");
      namespace.members.set(target.attribute, value);
      return;
    }
    default: {
      const items = itemsOf(value);
      if (items.length !== target.items.length) throw new TemplateError(`expected ${target.items.length} values, got ${items.length}`);
      for (const [at, inner] of target.items.entries()) assign(inner, items[at] as Value, scope);
    }
  }
}

/** @param takesCaller a macro may be called by {% call %}; the block that it calls back may not */
function macro({ name, parameters, body }: MacroNode, scope: Scope, takesCaller: boolean): Callable {
  return new Callable(name, (given) => {
    const inner = new Scope(scope);
    bindParameters(name, parameters, given, inner, takesCaller);
    return renderAll(body, inner);
  });
}

function bindParameters(name: string, parameters: MacroNode["parameters"], given: Arguments, inner: Scope, takesCaller: boolean): void {
  const named = new Map(given.kwargs);
  const caller = takesCaller ? named.get("caller") : undefined;
  if (caller !== undefined) named.delete("caller");
  inner.set("caller", caller === undefined ? new Undefined("No caller defined") : caller);
  for (const [at, parameter] of parameters.entries()) {
    const value = at < given.args.length ? given.args[at] : named.get(parameter.name);
    if (at >= given.args.length) named.delete(parameter.name);
    const otherwise = (): Value =>
      parameter.value ? evaluate(parameter.value, inner) : new Undefined(`parameter '${parameter.name}' was not provided`);
    inner.set(parameter.name, value === undefined ? otherwise() : value);
  }
  inner.set("varargs", new Tuple(given.args.slice(parameters.length)));
  inner.set("kwargs", named);
  if (given.args.length > parameters.length || named.size > 0)
    throw new UnsupportedTemplateError(`the macro ${name} is called with more than it declares, which is not known`);
}
