// Options that a command accepts and does not follow, because another one decides: every one is named. Beside --resume they are an
// error, since the run that goes on would not be the one that was asked for.
import { usage, type OptionName, type Values, type VerbName } from "./options.ts";

interface Rule {
  readonly verbs: readonly VerbName[];
  /** Whether it holds for the options given. */
  readonly when: (values: Values) => boolean;
  /** Knobs beside --resume are compared with the saved run, where it has been read. */
  readonly ignored: readonly OptionName[];
  readonly because: string;
  readonly isError?: true;
}

const has =
  (...names: readonly OptionName[]) =>
  (values: Values): boolean =>
    names.every((name) => values[name] !== undefined);
const always = (): boolean => true;

const rules: readonly Rule[] = [
  {
    verbs: ["train"],
    when: has("resume"),
    ignored: ["data", "batch", "adapter"],
    because: "with --resume the saved run goes on with its own data",
    isError: true,
  },
  {
    verbs: ["train"],
    when: has("batch"),
    ignored: ["seq", "turns", "batch-size", "validation", "evaluate-every"],
    because: "with --batch every step learns that batch as it is",
  },
  {
    verbs: ["train"],
    when: has("adapter"),
    ignored: ["rank", "alpha", "targets"],
    because: "with --adapter they are the adapter's",
  },
  {
    verbs: ["train"],
    when: ({ validation = "0" }) => Number(validation) === 0,
    ignored: ["evaluate-every"],
    because: "without --validation there is nothing to measure",
  },
  { verbs: ["chat"], when: has("ids"), ignored: ["system", "raw"], because: "with --ids the tokens are the whole prompt" },
  { verbs: ["chat"], when: has("raw"), ignored: ["system"], because: "with --raw the prompt is the whole text" },
  {
    verbs: ["bench"],
    when: ({ shape }) => shape === "smollm2-135m",
    ignored: ["model", "endpoint", "token-env", "quant-head"],
    because: "that shape has random weights of its own",
  },
  { verbs: ["bench"], when: has("model"), ignored: ["shape"], because: "--model says what to time" },
  { verbs: ["bench", "info", "data"], when: always, ignored: ["adapter"], because: "only the base model counts here" },
  { verbs: ["engines"], when: always, ignored: ["model", "endpoint", "token-env", "adapter"], because: "no model is loaded" },
];

/**
 * What is not followed, in words; empty where all is.
 * @throws AtelierError `cli/usage` naming every option that must not stand beside another
 */
export function ignoredOptions(verb: VerbName, values: Values): readonly string[] {
  return rules.flatMap(({ verbs, when, ignored, because, isError }) => {
    const given = verbs.includes(verb) && when(values) ? ignored.filter((name) => values[name] !== undefined) : [];
    if (given.length === 0) return [];
    if (isError) throw usage(`${named(given)} would be ignored: ${because}.`, `Leave ${given.length === 1 ? "it" : "them"} out.`);
    return [`${named(given)} not used: ${because}.`];
  });
}

/** Only a hub is asked at an endpoint, and shown a token. */
export function ignoredHubOptions(values: Values): readonly string[] {
  const given = (["endpoint", "token-env"] as const).filter((name) => values[name] !== undefined);
  return given.length === 0 ? [] : [`${named(given)} not used: the model does not come from a hub.`];
}

const named = (given: readonly OptionName[]): string => given.map((name) => `--${name}`).join(", ");
