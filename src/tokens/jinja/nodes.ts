// What a chat template is made of, after parsing (jinja2's nodes.py, as far as chat templates reach).

export type Constant = string | number | boolean | null | { readonly float: number };

export interface CallArguments {
  readonly args: readonly Expression[];
  readonly kwargs: readonly { readonly key: string; readonly value: Expression }[];
  readonly spread: Expression | null;
  readonly keywordSpread: Expression | null;
}

export type ArithmeticOperator = "+" | "-" | "*" | "/" | "//" | "%" | "**";
export type ComparisonOperator = "==" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "not in";

export type Expression =
  | { readonly kind: "constant"; readonly value: Constant }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "tuple" | "list"; readonly items: readonly Expression[] }
  | { readonly kind: "dict"; readonly pairs: readonly (readonly [Expression, Expression])[] }
  | { readonly kind: "attribute"; readonly object: Expression; readonly name: string }
  | { readonly kind: "item"; readonly object: Expression; readonly key: Expression }
  | { readonly kind: "slice"; readonly bounds: readonly (Expression | null)[] }
  | ({ readonly kind: "call"; readonly callee: Expression } & CallArguments)
  | FilterNode
  | ({ readonly kind: "test"; readonly operand: Expression; readonly name: string } & CallArguments)
  | { readonly kind: "condition"; readonly test: Expression; readonly body: Expression; readonly otherwise: Expression | null }
  | { readonly kind: "and" | "or"; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "not" | "negative" | "positive"; readonly operand: Expression }
  | { readonly kind: "arithmetic"; readonly operator: ArithmeticOperator; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "concatenation"; readonly parts: readonly Expression[] }
  | {
      readonly kind: "comparison";
      readonly left: Expression;
      readonly rest: readonly { readonly operator: ComparisonOperator; readonly right: Expression }[];
    };

/** Without an operand where it filters a block. */
export type FilterNode = { readonly kind: "filter"; readonly operand: Expression | null; readonly name: string } & CallArguments;

export type Target =
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "tuple"; readonly items: readonly Target[] }
  | { readonly kind: "member"; readonly namespace: string; readonly attribute: string };

export interface Parameter {
  readonly name: string;
  readonly value: Expression | null;
}

export type Statement =
  | { readonly kind: "data"; readonly text: string }
  | { readonly kind: "output"; readonly value: Expression }
  | { readonly kind: "if"; readonly test: Expression; readonly body: readonly Statement[]; readonly otherwise: readonly Statement[] }
  | {
      readonly kind: "for";
      readonly target: Target;
      readonly iterable: Expression;
      readonly test: Expression | null;
      readonly body: readonly Statement[];
      readonly otherwise: readonly Statement[];
    }
  | { readonly kind: "set"; readonly target: Target; readonly value: Expression }
  | { readonly kind: "setBlock"; readonly target: Target; readonly filter: FilterNode | null; readonly body: readonly Statement[] }
  | MacroNode
  | {
      readonly kind: "callBlock";
      readonly call: Extract<Expression, { kind: "call" }>;
      readonly caller: MacroNode;
    }
  | { readonly kind: "filterBlock"; readonly filter: FilterNode; readonly body: readonly Statement[] }
  | { readonly kind: "with"; readonly bindings: readonly (readonly [Target, Expression])[]; readonly body: readonly Statement[] }
  | { readonly kind: "generation"; readonly body: readonly Statement[] }
  | { readonly kind: "break" | "continue" };

export interface MacroNode {
  readonly kind: "macro";
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly body: readonly Statement[];
}
