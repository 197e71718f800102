// What a command says of the run configuration: a file, and the options that outweigh it.
import { readFileSync } from "node:fs";
import { AtelierError, hintOf, messageOf, toErrorRecord } from "../base/errors.ts";
import { readConfigFile } from "../config/config-yaml.ts";
import {
  inSections,
  knobsOf,
  merged,
  offeredKinds,
  parseRunConfig,
  type Given,
  type KnobName,
  type SectionName,
} from "../config/run-config.ts";
import { commas } from "../words/message.ts";
import { offeredKnobs } from "./knob-options.ts";
import type { OptionName, Values } from "./options.ts";

const chosenBy = { method: "method", optimizer: "optimizer" } as const satisfies Partial<Record<SectionName, OptionName>>;

/**
 * @param number reads the value of an option as a number
 * @throws AtelierError `cli/usage` naming options that the chosen kind does not have
 */
export function givenConfig(values: Values, number: (name: OptionName) => number, file: string | undefined): Given {
  const kinds = Object.entries(chosenBy).flatMap(([section, option]) =>
    values[option] === undefined ? [] : [[section, { kind: values[option] }] as const],
  );
  const knobs = offeredKnobs.flatMap(({ name, option, knobs: [knob] }): [KnobName, unknown][] => {
    const value = values[option];
    if (typeof value !== "string") return [];
    if (knob?.type === "number") return [[name, number(option)]];
    if (knob?.type === "flag") return [[name, value === "true" || (value === "false" ? false : value)]];
    return [[name, knob?.type === "list" ? namesIn(value) : value]];
  });
  const base = file === undefined ? {} : readConfigFile(readFileSync(file, "utf8"), file);
  const given = merged(base, Object.fromEntries(kinds), inSections(Object.fromEntries(knobs)));
  // A run that is resumed has its own kinds.
  if (values.resume !== undefined) return given;
  for (const section of Object.keys(chosenBy)) refuseOthers(section as keyof typeof chosenBy, given, values);
  if (file !== undefined) requireValid(given, file);
  return given;
}

/** What is wrong may stand in the file or in an option beside it. */
function requireValid(given: Given, file: string): void {
  try {
    parseRunConfig(given);
  } catch (thrown) {
    const error = toErrorRecord(thrown);
    if (error.code !== "config/invalid") throw thrown;
    throw new AtelierError("config/invalid#in-file", { file, what: messageOf(error), hint: hintOf(error) }, { cause: thrown });
  }
}

/** A regular expression may hold commas. */
function namesIn(value: string): readonly string[] {
  return /^\/.+\/$/.test(value) ? [value] : value.split(",");
}

function refuseOthers(section: keyof typeof chosenBy, given: Given, values: Values): void {
  const asked = given[section]?.["kind"] ?? offeredKinds[section][0];
  const kind = offeredKinds[section].find((known) => known === asked);
  // A kind that there is not is named by the parser.
  if (kind === undefined) return;
  const others = offeredKnobs.filter(
    (knob) => knob.section === section && values[knob.option] !== undefined && !(knob.name in knobsOf(section, kind)),
  );
  if (others.length === 0) return;
  const options = commas(others.map(({ option }) => `--${option}`));
  const having = offeredKinds[section].filter((known) => others.every(({ kinds }) => kinds.includes(known)));
  const choice = `--${chosenBy[section]} ${kind}`;
  throw new AtelierError("cli/usage#other-kind", { options, choice, count: others.length, having: having.length, kinds: commas(having) });
}
