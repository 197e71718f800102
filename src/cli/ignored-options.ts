// Options that a command would accept and not follow, because another one decides: each such pair is an error that names them all.
import { trainingOptions, usage, type OptionName, type Values, type VerbName } from "./options.ts";

interface Rule {
  readonly verbs: readonly VerbName[];
  /** Whether it holds for the options given. */
  readonly when: (values: Values) => boolean;
  readonly ignored: readonly OptionName[];
  readonly because: string;
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
    ignored: ["data", "batch", "adapter", "seed", ...trainingOptions],
    because: "with --resume the saved run goes on as it was started",
  },
  {
    verbs: ["train"],
    when: has("batch"),
    ignored: ["data", "seq", "turns", "batch-size", "validation", "evaluate-every"],
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
    verbs: ["loss"],
    when: (values) => values.adapter === undefined,
    ignored: ["grads"],
    because: "without --adapter nothing has a gradient",
  },
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

/** @throws AtelierError `cli/usage` naming every option that would be ignored for the first reason that holds */
export function refuseIgnored(verb: VerbName, values: Values): void {
  for (const { verbs, when, ignored, because } of rules) {
    const given = verbs.includes(verb) && when(values) ? ignored.filter((name) => values[name] !== undefined) : [];
    refuse(given, because);
  }
}

/** Only a hub is asked at an endpoint, and shown a token. @throws AtelierError `cli/usage` */
export function refuseHubOptions(values: Values): void {
  const given = (["endpoint", "token-env"] as const).filter((name) => values[name] !== undefined);
  refuse(given, "the model does not come from a hub");
}

function refuse(given: readonly OptionName[], because: string): void {
  if (given.length === 0) return;
  const named = given.map((name) => `--${name}`).join(", ");
  throw usage(`${named} would be ignored: ${because}.`, `Leave ${given.length === 1 ? "it" : "them"} out, or change the command.`);
}
