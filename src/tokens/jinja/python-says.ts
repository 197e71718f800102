// What Python and its Jinja say where they raise, word for word. It is what the published implementation prints for the same template
// and what can be searched for, so it is quoted as it is in every language. What they have no words for is ours, in the catalogs.

const divisions = {
  "/": { integer: "division by zero", float: "float division by zero" },
  "//": { integer: "integer division or modulo by zero", float: "float floor division by zero" },
  "%": { integer: "integer modulo by zero", float: "float modulo" },
} as const;

export const pythonSays = {
  abs: (type: string) => `bad operand type for abs(): '${type}'`,
  attributeName: () => "Missing parameter for attribute name",
  concatenate: (left: string, right: string) => `can only concatenate ${left} (not "${right}") to ${left}`,
  cycle: () => "no items for cycling given",
  divisionByZero: (operator: "/" | "//" | "%", isFloat: boolean) => divisions[operator][isFloat ? "float" : "integer"],
  emptySeparator: () => "empty separator",
  inText: (type: string) => `'in <string>' requires string as left operand, not ${type}`,
  mapFilter: () => "map requires a filter argument",
  mappingPairs: () => "Can only get item pairs from a mapping.",
  multiply: (type: string) => `can't multiply sequence by non-int of type '${type}'`,
  negativePower: () => "0.0 cannot be raised to a negative power",
  notAssigned: () => "cannot assign attribute on non-namespace object",
  notCallable: (type: string) => `'${type}' object is not callable`,
  notFound: () => "substring not found",
  notInList: (item: string) => `${item} is not in list`,
  notIterable: (type: string) => `'${type}' object is not iterable`,
  notJson: (type: string) => `Object of type ${type} is not JSON serializable`,
  notReversible: () => "'generator' object is not reversible",
  noLength: (type: string) => `object of type '${type}' has no len()`,
  oneArgument: (count: number) => `dict expected at most 1 argument, got ${count}`,
  operands: (operator: string, left: string, right: string) => `unsupported operand type(s) for ${operator}: '${left}' and '${right}'`,
  rangeStep: () => "range() arg 3 must not be zero",
  rangeTooBig: (limit: number) => `Range too big. The sandbox blocks ranges larger than MAX_RANGE (${limit}).`,
  sliceStep: () => "slice step cannot be zero",
  sortBy: () => 'You can only sort by either "key" or "value"',
  unary: (operator: string, type: string) => `bad operand type for unary ${operator}: '${type}'`,
  unhashable: (type: string) => `unhashable type: '${type}'`,
  unsafe: (name: string, type: string) => `access to attribute '${name}' of '${type}' object is unsafe.`,
} as const;
