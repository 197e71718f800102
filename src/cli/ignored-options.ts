// Options that a command accepts and does not follow, because another one decides: every one is named. They are an error where the
// run would not be the one that was asked for: beside --resume, and a share beside a whole file for validation.
import { AtelierError } from "../base/errors.ts";
import type { ErrorKey, MessageKey } from "../words/catalog.ts";
import { commas, words, type List, type Words } from "../words/message.ts";
import { optionsOf } from "./knob-options.ts";
import type { OptionName, Values, VerbName } from "./options.ts";

type Refusal = Extract<ErrorKey, `cli/usage#beside-${string}`>;

interface Rule {
  readonly verbs: readonly VerbName[];
  /** Whether it holds for the options given. */
  readonly when: (values: Values) => boolean;
  /** Knobs beside --resume are compared with the saved run, where it has been read. */
  readonly ignored: readonly OptionName[];
  /** What is said of them, or how they are refused. */
  readonly note: Extract<MessageKey, `ignored/${string}`> | Refusal;
}

const has =
  (...names: readonly OptionName[]) =>
  (values: Values): boolean =>
    names.every((name) => values[name] !== undefined);
const always = (): boolean => true;
const makesModel = ({ method, adapter }: Values): boolean => method === "scratch" && adapter === undefined;

const rules: readonly Rule[] = [
  {
    verbs: ["train"],
    when: has("resume"),
    ignored: ["data", "validation-data", "batch", "adapter"],
    note: "cli/usage#beside-resume",
  },
  { verbs: ["train"], when: has("validation-data"), ignored: ["validation"], note: "cli/usage#beside-validation-data" },
  {
    verbs: ["train"],
    when: has("batch"),
    ignored: ["validation-data", "seq", "turns", "batch-size", "validation", "evaluate-every"],
    note: "ignored/batch",
  },
  {
    verbs: ["train", "loss"],
    when: has("adapter"),
    ignored: ["method", ...optionsOf("method")],
    note: "cli/usage#beside-adapter",
  },
  {
    verbs: ["train"],
    // A file may ask for a share.
    when: ({ config, validation = "0", ...values }) =>
      config === undefined && Number(validation) === 0 && values["validation-data"] === undefined,
    ignored: ["evaluate-every"],
    note: "ignored/no-validation",
  },
  {
    verbs: ["train", "loss"],
    // What a file asks for is said by the run.
    when: makesModel,
    ignored: ["quant", "quant-head"],
    note: "ignored/new-model",
  },
  {
    verbs: ["train", "loss"],
    when: (values) => makesModel(values) && Number(values.vocabulary ?? 1) !== 0,
    ignored: ["model"],
    note: "ignored/new-model",
  },
  { verbs: ["chat"], when: has("ids"), ignored: ["system", "raw"], note: "ignored/ids" },
  { verbs: ["chat"], when: has("raw"), ignored: ["system"], note: "ignored/raw" },
  {
    verbs: ["bench"],
    when: ({ shape }) => shape === "smollm2-135m",
    ignored: ["model", "endpoint", "token-env", "quant-head"],
    note: "ignored/random-weights",
  },
  { verbs: ["bench"], when: has("model"), ignored: ["shape"], note: "ignored/model" },
  { verbs: ["bench", "info", "data", "quality", "quantize"], when: always, ignored: ["adapter"], note: "ignored/base-alone" },
  { verbs: ["quality"], when: always, ignored: ["quant"], note: "ignored/forms" },
  { verbs: ["quality"], when: has("batch"), ignored: ["tokens"], note: "ignored/whole-batch" },
  { verbs: ["engines"], when: always, ignored: ["model", "endpoint", "token-env", "adapter"], note: "ignored/no-model" },
];

/**
 * What is not followed, in words; empty where all is.
 * @throws AtelierError `cli/usage` naming every option that must not stand beside another
 */
export function ignoredOptions(verb: VerbName, values: Values): readonly Words[] {
  return rules.flatMap(({ verbs, when, ignored, note }) => {
    const given = verbs.includes(verb) && when(values) ? ignored.filter((name) => values[name] !== undefined) : [];
    if (given.length === 0) return [];
    if (isRefusal(note)) throw new AtelierError(note, { options: named(given), count: given.length });
    return [words(note, { options: named(given) })];
  });
}

function isRefusal(note: Rule["note"]): note is Refusal {
  return note.startsWith("cli/usage#");
}

/** Only a hub is asked at an endpoint, and shown a token. */
export function ignoredHubOptions(values: Values): readonly Words[] {
  const given = (["endpoint", "token-env"] as const).filter((name) => values[name] !== undefined);
  return given.length === 0 ? [] : [words("ignored/no-hub", { options: named(given) })];
}

const named = (given: readonly OptionName[]): List => commas(given.map((name) => `--${name}`));
