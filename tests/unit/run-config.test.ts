import { describe, expect, it } from "vitest";
import { parseKnob, type ChoiceKnob, type Knob, type NumberKnob } from "../../src/config/knobs.ts";
import { recommendedRate } from "../../src/config/learning-rates.ts";
import {
  defaultRunConfig,
  knobsOf,
  parseRunConfig,
  parseStoredConfig,
  sectionNames,
  sections,
  type KnobName,
  type SectionName,
} from "../../src/config/run-config.ts";
import { warmupNotes } from "../../src/config/warmup-notes.ts";
import { words } from "../../src/words/message.ts";
import { readLayers, readPatterns, readRankPatterns, readTokenIds } from "../../src/config/written-knobs.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { applyMethod } from "../../src/model/methods/methods.ts";
import { failureOf } from "../support/errors.ts";
import { oddModels } from "../support/odd-models.ts";
import { the } from "../support/the.ts";
import { english, french } from "../support/words.ts";

interface Row {
  readonly section: SectionName;
  readonly kind: string;
  readonly name: KnobName;
  readonly knob: Knob;
}

const rows = sectionNames.flatMap((section): Row[] =>
  Object.keys(sections[section]).flatMap((kind) =>
    (Object.entries(knobsOf(section, kind)) as [KnobName, Knob][]).map(([name, knob]) => ({ section, kind, name, knob })),
  ),
);
const named = rows.map((row) => [`${row.section}/${row.kind}/${row.name}`, row] as const);
const ofType = <T extends Knob>(type: T["type"]): (readonly [string, Row & { readonly knob: T }])[] =>
  named.filter(([, { knob }]) => knob.type === type) as never;

describe("knobs", () => {
  it("have names of one section each, so that an option can mean one by its name", () => {
    const homes = new Map<string, Set<string>>();
    for (const { name, section } of rows) homes.set(name, (homes.get(name) ?? new Set()).add(section));
    expect([...homes].filter(([, of]) => of.size > 1)).toEqual([]);
  });

  it.each(named)("%s takes its default, and has a label and a help in both languages", (_, { name, knob }) => {
    expect(parseKnob(name, knob, knob.default)).toEqual(knob.default);
    for (const speaker of [english, french])
      for (const part of ["label", "help"] as const) expect(speaker.say(`knob/${knob.saidAs ?? name}-${part}`)).not.toBe("");
  });

  it.each(ofType<NumberKnob>("number"))("%s takes its range and nothing beyond", async (_, { name, knob }) => {
    for (const value of [knob.min, knob.max]) expect(parseKnob(name, knob, value)).toBe(value);
    const step = knob.integer ? 1 : 1e-6;
    const bad = [knob.min - step, knob.max + step, NaN, Infinity, String(knob.default), null, [knob.default], true];
    for (const value of knob.integer ? [...bad, knob.min + 0.5] : bad) {
      const { code, message, hint } = await failureOf(() => parseKnob(name, knob, value));
      expect(code, String(value)).toBe("config/invalid");
      expect(message).toContain(english.say(`knob/${knob.saidAs ?? name}-label`));
      expect(hint).toBe(english.say(`knob/${knob.saidAs ?? name}-help`));
      expect(message).toContain(`${knob.min} to ${knob.max}`);
    }
  });

  it.each(ofType<ChoiceKnob>("choice"))("%s takes its choices alone", async (_, { name, knob }) => {
    for (const value of knob.choices) expect(parseKnob(name, knob, value)).toBe(value);
    for (const value of ["no such choice", 3, null]) {
      const { key, message, hint } = await failureOf(() => parseKnob(name, knob, value));
      expect(key).toBe("config/invalid#choice");
      expect(message).toContain(english.say(`knob/${knob.saidAs ?? name}-label`));
      expect(hint).toContain(knob.choices[0]);
    }
  });

  it.each([
    ["decayAll", sections.optimizer.adamw.decayAll, "yes", "config/invalid#flag"],
    ["layers", sections.method.lora.layers, "5:3", "config/invalid#text"],
    ["layers", sections.method.lora.layers, "last:0", "config/invalid#text"],
    ["layers", sections.method.lora.layers, 3, "config/invalid#text"],
    ["rankPattern", sections.method.lora.rankPattern, "q_proj=2.5", "config/invalid#text"],
    ["rankPattern", sections.method.lora.rankPattern, "q_proj", "config/invalid#text"],
    ["tokenIds", sections.method.tokens.tokenIds, "1, x", "config/invalid#text"],
    ["exclude", sections.method.lora.exclude, ["q proj"], "config/invalid#module-name"],
    ["exclude", sections.method.lora.exclude, ["/q.*/"], "config/invalid#module-name"],
    ["exclude", sections.method.lora.exclude, "q_proj", "config/invalid#list"],
  ] as const)("%s refuses what it cannot read (%#)", async (name, knob, value, key) => {
    const failure = await failureOf(() => parseKnob(name, knob, value));
    expect(failure.key).toBe(key);
    expect(failure.message).toContain(english.say(`knob/${name}-label`));
  });

  it("takes a regular expression among targets", () => {
    const targets = ["/.*layers\\.[01]\\..*(q|v)_proj/", "down_proj"];
    expect(parseKnob("targets", sections.method.lora.targets, targets)).toEqual(targets);
  });
});

describe("texts that say more than a word", () => {
  it("are layers from first to last, or the last ones", () => {
    expect(readLayers("")).toEqual({ kind: "all" });
    expect(readLayers("0:0")).toEqual({ kind: "range", first: 0, last: 0 });
    expect(readLayers("4:11")).toEqual({ kind: "range", first: 4, last: 11 });
    expect(readLayers("last:8")).toEqual({ kind: "last", count: 8 });
    for (const text of ["4", "4:", ":4", "-1:3", "first:2", "1:2:3", "last:0"]) expect(readLayers(text), text).toBeNull();
  });

  it("are numbers by pattern, whatever a pattern holds", () => {
    expect(readPatterns("")).toEqual([]);
    expect(readPatterns("q_proj=8, layers.0=4.5")).toEqual([
      { pattern: "q_proj", value: 8 },
      { pattern: "layers.0", value: 4.5 },
    ]);
    expect(readPatterns("^x{1,2}=a=3,.*\\.k_proj = 2")).toEqual([
      { pattern: "^x{1,2}=a", value: 3 },
      { pattern: ".*\\.k_proj", value: 2 },
    ]);
    for (const text of ["q_proj", "=4", "q_proj=0", "q_proj=-1", "q_proj=4 v_proj=", ", "]) expect(readPatterns(text), text).toBeNull();
    expect(readRankPatterns("q_proj=8")).toEqual([{ pattern: "q_proj", value: 8 }]);
    expect(readRankPatterns("q_proj=4.5")).toBeNull();
  });

  it("are token ids, each once", () => {
    expect(readTokenIds("12, 400,12")).toEqual([12, 400]);
    for (const text of ["", "1,", "-3", "1.5"]) expect(readTokenIds(text), text).toBeNull();
  });
});

describe("run configuration", () => {
  it("takes its defaults where nothing is said", () => {
    const asBefore = {
      data: { kind: "examples", batchSize: 8, accumulate: 1, seqLength: 256, validationFraction: 0.1, turns: "all", seed: 42 },
      method: { kind: "lora", rank: 16, alpha: 32, targets: ["all-linear"] },
      objective: { kind: "cross-entropy", labelSmoothing: 0, neftune: 0 },
      optimizer: { kind: "adamw", learningRate: 0.0015, warmupSteps: 5, weightDecay: 0, clipNorm: 1, schedule: "cosine", decayAll: true },
      stopping: { kind: "steps", steps: 90, evaluateEvery: 20, checkpointEvery: 20 },
    };
    expect(defaultRunConfig).toMatchObject(asBefore);
    for (const input of [undefined, {}, { data: {}, method: { kind: "lora" } }]) expect(parseRunConfig(input)).toEqual(defaultRunConfig);
  });

  it("reads back what it wrote", () => {
    const config = parseRunConfig({
      stopping: { steps: 7 },
      optimizer: { learningRate: 0.5, schedule: "linear" },
      method: { targets: ["down_proj", "q_proj"] },
    });
    expect(config.stopping.steps).toBe(7);
    expect(parseRunConfig(JSON.parse(JSON.stringify(config)))).toEqual(config);
  });

  it.each(named.filter(([, { section, kind }]) => section in defaultRunConfig && defaultRunConfig[section].kind === kind))(
    "refuses null for %s",
    async (_, { section, name }) => {
      expect((await failureOf(() => parseRunConfig({ [section]: { [name]: null } }))).code).toBe("config/invalid");
    },
  );

  it("says which number it found, also when JSON has no word for it", async () => {
    expect((await failureOf(() => parseRunConfig({ stopping: { steps: NaN } }))).message).toContain("NaN");
  });

  it("names knob and range as the reader's language does, in digits that can be typed", async () => {
    const failure = await failureOf(() => parseRunConfig({ data: { validationFraction: 0.75 } }));
    expect(failure.message).toBe("Validation share is 0.75; expected a number from 0 to 0.5.");
    expect(french.error(failure).message).toBe("Part de validation\u00A0: 0.75. Valeur attendue\u00A0: un nombre de 0 à 0,5.");
    expect((await failureOf(() => parseRunConfig({ data: { seed: -1 } }))).message).toContain("a whole number from 0 to 4294967295");
  });

  it("drops repeated targets", () => {
    expect(parseRunConfig({ method: { targets: ["v_proj", "q_proj", "v_proj"] } }).method).toMatchObject({ targets: ["v_proj", "q_proj"] });
  });

  it.each([
    [{ method: { targets: [] } }],
    [{ method: { targets: "q_proj" } }],
    [{ method: { targets: ["q proj"] } }],
    [{ optimizer: { schedule: "no such" } }],
    [{ optimizer: { schedule: 3 } }],
  ])("refuses %j and lists what there is", async (input) => {
    const { code, hint } = await failureOf(() => parseRunConfig(input));
    expect(code).toBe("config/invalid");
    expect(hint).toMatch(/q_proj|cosine/);
  });

  it.each([
    [5, "config/invalid#no-object", /5/, /data, method, objective, optimizer, stopping/],
    [[], "config/invalid#no-object", /\[\]/, /method/],
    [{ training: {} }, "config/invalid#section", /training/, /stopping/],
    [{ data: 4 }, "config/invalid#no-object", /Data is 4/, /method/],
    [{ data: { rank: 4 } }, "config/invalid#unknown", /Data examples has no setting rank/, /batchSize/],
    [{ method: { kind: "lora", rnk: 4 } }, "config/invalid#unknown", /Method lora has no setting rnk/, /rank, alpha/],
    [{ method: { kind: "no such" } }, "config/invalid#choice", /Method is "no such"/, /lora/],
    [{ optimizer: { constructor: 1 } }, "config/invalid#unknown", /constructor/, /learningRate/],
    [{ optimizer: { schedule: "linear", cycles: 3 } }, "config/invalid#other-schedule", /Cycles is 3.*Linear/, /./],
  ] as const)("refuses %j and names what there is", async (input, key, message, hint) => {
    const failure = await failureOf(() => parseRunConfig(input));
    expect(failure.key).toBe(key);
    expect(failure.message).toMatch(message);
    expect(failure.hint).toMatch(hint);
  });

  it("takes any size of an adapter that exists, and no other", async () => {
    const { method } = parseStoredConfig({ method: { rank: 512, alpha: 0.5 } });
    expect(method).toMatchObject({ rank: 512, alpha: 0.5 });
    for (const wrong of [{ rank: 0 }, { rank: 2.5 }, { alpha: NaN }, { alpha: "8" }])
      expect(await failureOf(() => parseStoredConfig({ method: wrong })), JSON.stringify(wrong)).toMatchObject({ code: "config/invalid" });
    expect(await failureOf(() => parseStoredConfig({ data: { batchSize: 1000 } }))).toMatchObject({ code: "config/invalid" });
  });
});

describe("recommended learning rate", () => {
  it("is within the range of the knob, and that of LoRA with AdamW the one that was measured", () => {
    expect(recommendedRate("lora", "adamw")).toBe(0.0015);
    const { min, max } = sections.optimizer.adamw.learningRate;
    for (const method of Object.keys(sections.method) as (keyof typeof sections.method)[])
      for (const optimizer of Object.keys(sections.optimizer) as (keyof typeof sections.optimizer)[]) {
        const rate = recommendedRate(method, optimizer);
        expect(rate > min && rate <= max, `${method} ${optimizer}: ${rate}`).toBe(true);
      }
  });

  it("is AdamW's for Muon where a method trains no matrix, which Muon leaves to AdamW", () => {
    const spec = parseModelConfig({ ...the(oddModels["gpt2"]), n_embd: 48, n_inner: 64 });
    const kinds = Object.keys(sections.method).filter((kind) => kind !== "scratch") as (keyof typeof sections.method)[];
    const found = kinds.map((kind) => {
      const { layout } = applyMethod(spec, parseStoredConfig({ method: { kind, ...(kind === "tokens" ? { tokenIds: "1" } : {}) } }).method);
      const hasMatrix = layout.some(({ entries }) => entries.some((entry) => entry.kind === "matrix" && entry.shape.length === 2));
      expect(recommendedRate(kind, "muon") === recommendedRate(kind, "adamw"), kind).toBe(!hasMatrix);
      return hasMatrix;
    });
    expect(new Set(found)).toEqual(new Set([true, false]));
  });
});

describe("a run that ends within its warmup", () => {
  const notesOf = (steps: number, warmupSteps: number) => warmupNotes(parseRunConfig({ optimizer: { warmupSteps }, stopping: { steps } }));

  it("says which share of the rate it reaches", () => {
    expect(notesOf(1, 5)).toEqual([words("run/all-warmup", { steps: 1, warmup: 5, share: 0 })]);
    expect(notesOf(5, 5)).toEqual([words("run/all-warmup", { steps: 5, warmup: 5, share: 0.8 })]);
  });

  it("is none where there is a step at the peak", () => {
    expect(notesOf(6, 5)).toEqual([]);
    expect(notesOf(1, 0)).toEqual([]);
  });
});
