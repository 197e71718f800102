// Regular expressions in PEFT's settings: `target_modules` that are one text are compared by re.fullmatch, and keys of rank_pattern are
// expressions too. What cannot be read is refused by the name of its key.
import { AtelierError } from "../base/errors.ts";
import { firstKeyOf, fragmentOf, fullMatch, type PatternRefusals } from "../base/python-pattern.ts";
import { adapterConfigName } from "../config/adapter-files.ts";
import { words, type Text } from "../words/message.ts";

/**
 * @param key where the pattern stands, for messages
 * @returns whether re.fullmatch(pattern, text) is a match; `text` is one line of ASCII
 * @throws AtelierError `adapter/unsupported` naming the construct, `adapter/invalid`
 */
export function pythonFullMatch(pattern: string, key: string): (text: string) => boolean {
  return fullMatch(pattern, refusalsOf(pattern, key));
}

/** A pattern that stands within a larger one, converted. @throws as {@link pythonFullMatch} */
export function pythonFragment(pattern: string, key: string): string {
  return fragmentOf(pattern, refusalsOf(pattern, key));
}

/** As {@link firstKeyOf}. @param setting where the keys stand @throws as {@link pythonFullMatch} */
export function pythonKeyOf(keys: readonly string[], setting: string): (path: string) => string | undefined {
  return firstKeyOf(keys, (key) => refusalsOf(key, setting));
}

function refusalsOf(pattern: string, key: string): PatternRefusals {
  const about = { key, pattern: shortened(pattern), file: adapterConfigName };
  return {
    unsupported: (construct) => new AtelierError("adapter/unsupported#pattern", { ...about, construct }),
    invalid: (cause) => new AtelierError("adapter/invalid#pattern", about, { cause }),
  };
}

const mostShown = 200;

/** As JSON, and never more than a sentence can hold. */
export function shortened(value: unknown): Text {
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined ? words("interchange/nothing") : cut(text);
}

/** A name within a sentence, without quotes around it. */
export function shortName(name: string): string {
  return cut(JSON.stringify(name).slice(1, -1));
}

function cut(text: string): string {
  return text.length > mostShown ? `${text.slice(0, mostShown)}…` : text;
}
