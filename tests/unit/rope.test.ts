// Rope from config.json: both of its forms give the same specification, and the angles are those of Hugging Face's own classes.
import { describe, expect, it } from "vitest";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { inverseFrequencies, rotaryTables, stretchOf } from "../../src/model/rope.ts";
import { failureOf } from "../support/errors.ts";
import { jsonOf } from "../support/files.ts";
import { the } from "../support/the.ts";
import { tinyConfig } from "../support/tiny-model.ts";

type Config = Readonly<Record<string, unknown>>;

/** `unified` is what transformers 5.24 saves for the published form; frequencies and amplitude are its rotary classes'. */
interface RopeCase {
  readonly name: string;
  readonly published: Config;
  readonly unified: Config;
  readonly angles: readonly {
    readonly length: number;
    readonly layer?: "full_attention" | "sliding_attention";
    readonly frequencies: readonly number[];
    readonly amplitude: number;
  }[];
}

const cases = jsonOf("tests/fixtures/rope.json") as readonly RopeCase[];
const facts = (config: Config): unknown => JSON.parse(JSON.stringify(parseModelConfig(config)));
const scaled = (scaling: Config, more: Config = {}): Config => ({ ...tinyConfig, ...more, rope_scaling: scaling });
const ropeOf = (config: Config) => the(parseModelConfig(config).ropes[0]);

describe.each(cases.map((entry) => [entry.name, entry] as const))("%s", (_name, { published, unified, angles }) => {
  it.each([
    ["published", published],
    ["as transformers 5 saves it", unified],
  ])("%s: turns as transformers does", (_form, config) => {
    const { ropes } = parseModelConfig(config);
    for (const { length, layer, frequencies, amplitude } of angles) {
      const rope = the(ropes[layer === "sliding_attention" ? 1 : 0]);
      const own = inverseFrequencies(rope, length);
      expect(own).toHaveLength(frequencies.length);
      for (const [pair, frequency] of own.entries()) expect(Math.abs(frequency / the(frequencies[pair]) - 1)).toBeLessThan(2e-6);
      const { cos, sin } = rotaryTables(rope, 2, length);
      expect(cos[0]).toBeCloseTo(amplitude, 6);
      expect(sin[frequencies.length]).toBeCloseTo(amplitude * Math.sin(the(frequencies[0])), 6);
    }
  });

  it("is the same specification in both forms", () => {
    expect(facts(unified)).toEqual(facts(published));
  });
});

describe("reference models", () => {
  it.each(["yarn", "yarn_attn", "yarn_mscale", "longrope_short", "longrope_long", "dynamic", "linear"])(
    "%s: config.json and what transformers 5 saved are the same specification",
    (name) => {
      const [published, unified] = ["config", "config_v5"].map((file) => jsonOf(`tests/fixtures/goldens/${name}/${file}.json`) as Config);
      expect(facts(the(unified))).toEqual(facts(the(published)));
      expect(the(the(parseModelConfig(published).ropes[0]).scaling).type).toBe(name.split("_")[0]);
    },
  );

  it.each([
    ["llama3_rope", {}],
    ["qwen2", {}],
    ["qwen3", {}],
    ["mistral", {}],
    ["gemma", {}],
    ["gemma2", {}],
    ["phi", { partial_rotary_factor: 0.5 }],
    ["phi3", { partial_rotary_factor: 1 }],
    ["smollm3", {}],
    ["olmo2", {}],
    ["gpt_neox", { partial_rotary_factor: 0.25 }],
  ])("%s: rope_parameters are read as rope_theta and rope_scaling are", (name, share) => {
    const published = jsonOf(`tests/fixtures/goldens/${name}/config.json`) as Config;
    const { rope_theta: theta = 10_000, rope_scaling: scaling, rotary_pct: _pct, rotary_emb_base: _base, ...rest } = published;
    const unified = { ...rest, rope_parameters: { rope_type: "default", ...(scaling as Config | null), rope_theta: theta, ...share } };
    expect(facts(unified)).toEqual(facts(published));
  });

  it("gemma3_text: rope_parameters by the type of a layer", () => {
    const { rope_theta: full, rope_local_base_freq: local, ...rest } = jsonOf("tests/fixtures/goldens/gemma3_text/config.json") as Config;
    const unified = {
      full_attention: { rope_type: "default", rope_theta: full },
      sliding_attention: { rope_type: "default", rope_theta: local },
    };
    const published = facts({ ...rest, rope_theta: full, rope_local_base_freq: local });
    expect(facts({ ...rest, rope_parameters: unified })).toEqual(published);
    // transformers fills what is missing from the keys beside it.
    const partly = { full_attention: { rope_type: "default", rope_theta: full } };
    expect(facts({ ...rest, rope_local_base_freq: local, rope_parameters: partly })).toEqual(published);
  });
});

describe("a rope", () => {
  it("that is nothing special is none, in every spelling", () => {
    const plain = facts(tinyConfig);
    for (const rope_scaling of [null, {}, { type: "default" }, { rope_type: "default", factor: 1, mrope_section: [1, 1, 2] }])
      expect(facts({ ...tinyConfig, rope_scaling })).toEqual(plain);
    expect(facts({ ...tinyConfig, rope_parameters: { rope_type: "default", attention_factor: null } })).toEqual(plain);
  });

  it("said twice in the same way is read once", () => {
    const linear = { rope_type: "linear", factor: 2 };
    expect(facts(scaled(linear, { rope_parameters: { ...linear, rope_theta: 10_000 } }))).toEqual(facts(scaled(linear)));
  });

  const lists = { long_factor: [2, 2, 2, 2], short_factor: [1, 1, 1, 1] };
  it.each([
    ["model/unsupported-feature", scaled({ rope_type: "proportional" }), "proportional"],
    ["model/unsupported-feature", scaled({ factor: 2 }), "rope_scaling.type"],
    ["model/unsupported-feature", scaled({ type: "dynamic", factor: 2, alpha: 1000 }), "rope_scaling.alpha = 1000"],
    ["model/unsupported-feature", scaled({ type: "dynamic", factor: 2, original_max_position_embeddings: 100 }), "original_max_position"],
    ["model/unsupported-feature", scaled({ type: "longrope", ...lists, long_mscale: 1.2 }), "rope_scaling.long_mscale = 1.2"],
    ["model/unsupported-feature", scaled({ type: "yarn", factor: 2, llama_4_scaling_beta: 0.1 }), "llama_4_scaling_beta"],
    ["model/unsupported-feature", scaled({ type: "linear", factor: 2, attention_factor: 1.1 }), "rope_scaling.attention_factor = 1.1"],
    ["model/unsupported-feature", scaled({ type: "default", factor: 2 }), "rope_scaling.factor = 2"],
    ["model/unsupported-feature", { ...tinyConfig, rope_parameters: { factor: 2 } }, "rope_parameters.factor = 2"],
    ["model/unsupported-feature", { ...tinyConfig, rope_parameters: { full_attention: { rope_type: "yarn" } } }, "full_attention"],
    ["model/unsupported-feature", { ...tinyConfig, partial_rotary_factor: 0.5 }, "partial_rotary_factor = 0.5"],
    ["model/unsupported-feature", { ...tinyConfig, model_type: "gemma3_text", rope_parameters: { rope_theta: 5e5 } }, "rope_theta"],
    [
      "model/unsupported-feature",
      scaled({ type: "yarn", factor: 2, original_max_position_embeddings: 16 }, { original_max_position_embeddings: 32 }),
      "original_max_position_embeddings = 16",
    ],
    ["model/config-invalid", scaled({ type: "yarn" }), "rope_scaling.factor"],
    ["model/config-invalid", scaled({ type: "linear", factor: 0 }), "rope_scaling.factor is 0"],
    ["model/config-invalid", scaled({ type: "longrope", ...lists, long_factor: [1, 2] }), "rope_scaling.long_factor"],
    ["model/config-invalid", scaled({ type: "longrope", ...lists, short_factor: [1, 1, "1", 1] }), "rope_scaling.short_factor"],
    ["model/config-invalid", scaled({ type: "longrope", long_factor: [1, 1, 1, 1] }), "rope_scaling.short_factor is missing"],
    ["model/config-invalid", scaled({ type: "yarn", rope_type: "linear", factor: 2 }), "linear"],
    [
      "model/config-invalid",
      scaled({ type: "linear", factor: 2 }, { rope_parameters: { rope_type: "linear", factor: 4 } }),
      "rope_scaling",
    ],
  ])("%s: %j", async (code, config, names) => {
    const failure = await failureOf(() => parseModelConfig(config));
    expect(failure.code).toBe(code);
    expect(failure.message).toContain(names);
  });

  it("turns by the length of the sequence only where it is dynamic or longrope", () => {
    const dynamic = ropeOf(scaled({ type: "dynamic", factor: 2 }, { max_position_embeddings: 16 }));
    const long = ropeOf(scaled({ type: "longrope", ...lists, original_max_position_embeddings: 16 }));
    const lengths = [3, 16, 17, 18];
    expect(lengths.map((length) => stretchOf(dynamic, length))).toEqual([16, 16, 17, 18]);
    expect(lengths.map((length) => stretchOf(long, length))).toEqual([0, 0, 1, 1]);
    expect(lengths.map((length) => stretchOf(ropeOf(tinyConfig), length))).toEqual([0, 0, 0, 0]);
  });

  it("that is dynamic reads past max_position_embeddings, all others to it", () => {
    const context = (scaling: Config | null) => parseModelConfig({ ...tinyConfig, rope_scaling: scaling }).contextLength;
    expect(context({ type: "dynamic", factor: 2.5 })).toBe(640);
    expect(context({ type: "yarn", factor: 4, original_max_position_embeddings: 64 })).toBe(256);
    expect(context({ type: "linear", factor: 4 })).toBe(256);
  });
});
