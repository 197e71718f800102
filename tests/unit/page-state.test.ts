// Claim: what is typed, dropped or written in the address means what the page says it means.
import { describe, expect, it } from "vitest";
import { defaultRunConfig } from "../../src/config/run-config.ts";
import { promptMessages, type Turn } from "../../src/state/chat-store.ts";
import { dropKind } from "../../src/state/drop-kind.ts";
import { readSettings } from "../../src/state/page-settings.ts";
import { readSampling, useSampling } from "../../src/state/sampling-form.ts";
import { advancedKnobs, basicKnobs, knobIn, readForm, shownKnobs, useTrainForm } from "../../src/state/train-form.ts";
import { words } from "../../src/words/message.ts";
import { english, french } from "../support/words.ts";

describe("readForm", () => {
  const form = useTrainForm.getInitialState();
  const typed = (entries: typeof form.entries) => ({ ...form, entries });
  const numbers = shownKnobs(form).filter((name) => knobIn(form, name)?.type === "number");

  it.each([
    ["decaySteps", { schedule: "wsd", steps: "10" }, {}],
    ["heads", { width: "66" }, { method: "scratch" }],
  ] as const)("says at %s that settings do not go together, and goes on", (name, entries, choice) => {
    const { errors } = readForm({ ...typed(entries), ...choice }, null);
    expect(Object.keys(errors)).toEqual([name]);
  });

  it("starts as the defaults, without errors", () => {
    expect(readForm(form, 512)).toEqual({ config: defaultRunConfig, errors: {} });
  });

  it("shows every knob that counts once, but the turns, which stand beside the examples", () => {
    expect([...basicKnobs(form), ...advancedKnobs(form), "turns"].toSorted()).toEqual(shownKnobs(form).toSorted());
    expect(basicKnobs(form)).toEqual(["steps", "learningRate", "rank", "batchSize", "seqLength"]);
  });

  it("shows neither what is not followed nor the knobs of another schedule", () => {
    const shown: readonly string[] = shownKnobs(form);
    expect(["cycles", "power", "decaySteps", "minRate"].filter((name) => shown.includes(name))).toEqual([]);
  });

  it.each(numbers)("puts the message about %s at its field", (name) => {
    const { errors, config } = readForm(typed({ [name]: "-1" }), null);
    expect(Object.keys(errors)).toEqual([name]);
    expect(english.text(errors[name] ?? "")).toContain(english.say(`knob/${name}-label`));
    expect(config).toEqual(defaultRunConfig);
  });

  it("refuses an empty field, words, and half a step", () => {
    const { errors } = readForm(typed({ steps: "1.5", rank: "", seed: "lucky" }), null);
    expect(Object.keys(errors).toSorted()).toEqual(["rank", "seed", "steps"]);
  });

  it("takes a comma as the decimal point", () => {
    expect(readForm(typed({ learningRate: "0,001" }), null).config.optimizer.learningRate).toBe(0.001);
  });

  it.each(["1,000", "1.000", "2.0"])("does not guess what %s is as a whole number", (steps) => {
    const { errors, config } = readForm(typed({ steps }), null);
    expect(english.text(errors.steps ?? "")).toBe(`Steps is "${steps}"; expected a whole number from 1 to 100000.`);
    expect(config.stopping.steps).toBe(defaultRunConfig.stopping.steps);
    const sampled = readSampling({ ...useSampling.getInitialState(), maxTokens: steps });
    expect(sampled.errors.maxTokens).toEqual(words("sampling/whole-number", { min: 1, max: 4096 }));
  });

  it("takes choices and ticks as they are", () => {
    const { config } = readForm(typed({ schedule: "linear", turns: "last", targets: ["q_proj"] }), null);
    expect(config).toMatchObject({ optimizer: { schedule: "linear" }, data: { turns: "last" }, method: { targets: ["q_proj"] } });
  });

  it("refuses sequences longer than the model's context, and no targets", () => {
    expect(readForm(form, 128).errors.seqLength).toEqual(words("train/within-context", { context: 128, added: 0 }));
    expect(readForm(typed({ targets: [] }), null).errors.targets).toMatchObject({ key: "config/invalid#no-targets" });
  });
});

describe("readSampling", () => {
  it("reads numbers and names what is out of range", () => {
    const form = { ...useSampling.getInitialState(), temperature: "0.7", topP: "1.5", topK: "2.5" };
    const { sampling, errors } = readSampling(form);
    expect(sampling).toEqual({ temperature: 0.7, topP: 1, topK: 0, maxTokens: 96, seed: 1 });
    expect(errors).toEqual({
      topP: words("sampling/number", { min: 0.01, max: 1 }),
      topK: words("sampling/whole-number", { min: 0, max: 1000 }),
    });
    expect(french.text(errors.topP ?? "")).toBe("Saisissez un nombre de 0,01 à 1.");
  });

  it("names limits as they are typed", () => {
    const { errors } = readSampling({ ...useSampling.getInitialState(), maxTokens: "0" });
    expect(english.text(errors.maxTokens ?? "")).toBe("Enter a whole number from 1 to 4096.");
    expect(french.text(errors.maxTokens ?? "")).toBe("Saisissez un nombre entier de 1 à 4096.");
  });
});

describe("promptMessages", () => {
  const turn = (id: number, role: Turn["role"], content: string, state: Turn["state"] = "done"): Turn => ({ id, role, content, state });
  const turns = [
    turn(1, "user", "Hi"),
    turn(2, "assistant", "Hello."),
    turn(3, "user", "Broken"),
    turn(4, "assistant", "", "failed"),
    turn(5, "user", "Tell me"),
    turn(6, "assistant", "Once", "stopped"),
  ];

  it("tells the earlier turns that have an answer", () => {
    expect(promptMessages(turns, " Be kind. ", true, "Next").map(({ role, content }) => `${role}: ${content}`)).toEqual([
      "system: Be kind.",
      "user: Hi",
      "assistant: Hello.",
      "user: Tell me",
      "assistant: Once",
      "user: Next",
    ]);
  });

  it("tells only the question where earlier turns are left out", () => {
    expect(promptMessages(turns, "", false, "Next")).toEqual([{ role: "user", content: "Next" }]);
  });
});

describe("dropKind", () => {
  it("knows the weights of mlx-lm for an adapter's", () => expect(dropKind(["adapters.safetensors"])).toBe("adapter"));

  it.each([
    [["facts.jsonl"], "dataset"],
    [["notes.pdf"], "dataset"],
    [["config.json", "model.safetensors", "tokenizer.json"], "model"],
    [["tokenizer.json"], "model"],
    [["tiny.Q8_0.gguf"], "model"],
    [["adapter_config.json", "adapter_model.safetensors", "history.jsonl"], "adapter"],
    [["state.safetensors"], "state"],
  ] as const)("%j is a %s", (names, kind) => expect(dropKind(names)).toBe(kind));
});

describe("readSettings", () => {
  it("reads the address and ignores what it does not know", () => {
    expect(readSettings("?engine=wasm&theme=dark", "#chat")).toEqual({ step: "chat", engine: "wasm", theme: "dark" });
    expect(readSettings("?engine=cuda&theme=pink", "#nowhere")).toEqual({ step: "data", engine: undefined, theme: undefined });
  });
});
