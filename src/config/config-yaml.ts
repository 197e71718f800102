// A run configuration as a YAML file: the sections with their kinds and knobs, to be kept beside an adapter, changed and given again.
import { parse, stringify, YAMLParseError } from "yaml";
import { AtelierError } from "../base/errors.ts";
import { isRecord } from "../base/json.ts";
import { commas } from "../words/message.ts";
import { isFollowed, sectionNames, type Given, type KnobName, type RunConfig } from "./run-config.ts";

export const configFileName = "config.yaml";

/** Every knob that counts, defaults too: they may be others in another version. */
export function formatConfig(config: RunConfig): string {
  const { schedule } = config.optimizer;
  const counted = sectionNames.map((section) => {
    const { kind, ...knobs } = config[section];
    return [section, { kind, ...Object.fromEntries(Object.entries(knobs).filter(([name]) => isFollowed(name as KnobName, schedule))) }];
  });
  return stringify(Object.fromEntries(counted));
}

/**
 * What a file says of a configuration; its settings are not parsed yet.
 * @throws AtelierError `config/invalid` naming the line, or the section
 */
export function readConfigFile(text: string, file: string): Given {
  const given = parseYaml(text, file);
  if (!isRecord(given) || Object.keys(given).length === 0)
    throw new AtelierError("config/invalid#no-sections", { file, known: commas(sectionNames) });
  for (const [name, settings] of Object.entries(given)) {
    if (!sectionNames.some((section) => section === name))
      throw new AtelierError("config/invalid#section", { found: name, known: commas(sectionNames) });
    if (!isRecord(settings ?? {})) throw new AtelierError("config/invalid#no-settings", { file, section: name });
  }
  return given;
}

function parseYaml(text: string, file: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    // The library's own words, which name line and column.
    throw new AtelierError("config/invalid#yaml", { file, fault: error.message.split("\n")[0] ?? "" }, { cause: error });
  }
}
