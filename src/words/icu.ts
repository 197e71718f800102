// The parameters that a message in ICU MessageFormat takes, read from its text by the compiler: a parameter that is missing,
// unknown or of another kind does not compile. https://unicode-org.github.io/icu/userguide/format_parse/messages
//   {name}                        text: what was found, quoted as it is, or other words
//   {count, number}               a number; with a style of language/formats.ts: {size, number, bytes}
//   {count, plural, one {…} other {…}}   a number, with # for it
//   {kind, select, a {…} other {…}}      one of the keys
//   {at, date, …}, {at, time, …}  milliseconds since 1970
// Braces that are text, and apostrophes, are not taken: ICU quotes with them. What has braces is a parameter.

/** @template Text what stands for a text */
export type ParametersOf<Message extends string, Text = string> = {
  readonly [Name in keyof Read<Message>]: Read<Message>[Name] extends Plain ? Text : Read<Message>[Name];
};

type Read<Message extends string> = InMessage<Message, [], unknown>;

/** A parameter that is a text. */
interface Plain {
  readonly isText: true;
}

/** An argument whose options are being read: its name, its kind, and the keys so far. */
interface Open {
  readonly name: string;
  readonly kind: string;
  readonly keys: string;
}

/** Text up to a brace: an argument begins, or an option of the open argument ends. */
type InMessage<Rest extends string, Stack extends readonly Open[], Found> = Rest extends `${infer Before}{${infer After}`
  ? Before extends `${string}}${string}`
    ? OptionEnds<Rest, Stack, Found>
    : InArgument<After, Stack, Found>
  : OptionEnds<Rest, Stack, Found>;

type OptionEnds<Rest extends string, Stack extends readonly Open[], Found> = Rest extends `${string}}${infer After}`
  ? InOptions<Trim<After>, Stack, Found>
  : Found;

/** After "{": a name alone, a name with a kind, or one with options. */
type InArgument<Rest extends string, Stack extends readonly Open[], Found> = Rest extends `${infer Head}}${infer After}`
  ? Head extends `${infer Name},${infer Kind},${string}`
    ? Trim<Kind> extends "plural" | "select" | "selectordinal"
      ? Rest extends `${string},${string},${infer Options}`
        ? InOptions<Trim<Options>, [{ name: Trim<Name>; kind: Trim<Kind>; keys: never }, ...Stack], Found>
        : never
      : InMessage<After, Stack, Found & { [N in Trim<Name>]: number }>
    : Head extends `${infer Name},${string}`
      ? InMessage<After, Stack, Found & { [N in Trim<Name>]: number }>
      : InMessage<After, Stack, Found & { [N in Trim<Head>]: Plain }>
  : never;

/** Between options: another one begins, or the argument ends. */
type InOptions<Rest extends string, Stack extends readonly Open[], Found> = Stack extends readonly [
  infer Top extends Open,
  ...infer Below extends readonly Open[],
]
  ? Rest extends `}${infer After}`
    ? InMessage<After, Below, Found & { [N in Top["name"]]: Top["kind"] extends "select" ? Top["keys"] : number }>
    : Rest extends `${infer Key}{${infer After}`
      ? InMessage<After, [{ name: Top["name"]; kind: Top["kind"]; keys: Top["keys"] | Trim<Key> }, ...Below], Found>
      : never
  : never;

type Trim<S extends string> = S extends ` ${infer Rest}` | `\n${infer Rest}`
  ? Trim<Rest>
  : S extends `${infer Rest} ` | `${infer Rest}\n`
    ? Trim<Rest>
    : S;
