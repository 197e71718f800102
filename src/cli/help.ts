// What --help prints, from the tables of options and verbs.
import type { Speaker } from "../language/speaker.ts";
import { common, helpOf, options, verbs, type OptionName, type VerbName } from "./options.ts";

const onFailure = '{"error":{"code","message","hint"}}';

/** @param verb the one that is asked about; all where none is */
export function helpText({ say, text }: Speaker, verb?: VerbName): string {
  const line = (name: OptionName, of?: VerbName): string => {
    const option = options[name];
    return [`      --${name}${option.value !== undefined ? ` ${text(option.value)}` : ""}`, `          ${say(helpOf(name, of))}`].join(
      "\n",
    );
  };
  const sections = (verb ? [verb] : (Object.keys(verbs) as VerbName[])).map((name) => {
    const { prints, options: own } = verbs[name];
    return [
      `  ${name}`,
      ...[say(`verb/${name}`), say("help/prints", { json: prints })].map((told) => `      ${told}`),
      ...own.map((option) => line(option, name)),
    ].join("\n");
  });
  return [
    say("help/usage"),
    "",
    say("help/about"),
    say("help/failure", { json: onFailure }),
    say("help/fallback"),
    "",
    say("help/common"),
    ...common.map((name) => line(name)),
    "",
    say("help/verbs"),
    sections.join("\n\n"),
    "",
  ].join("\n");
}
