// Claim: what earlier versions stored means today what it meant then, and what no version ever stored is named.
import { describe, expect, it } from "vitest";
import { configVersion, currentConfig } from "../../src/config/config-migrations.ts";
import { defaultRunConfig } from "../../src/config/run-config.ts";
import { configWith } from "../support/configs.ts";
import { failureOf } from "../support/errors.ts";

/** As a run of version 1 had it. */
const flat = {
  steps: 30,
  batchSize: 4,
  accumulate: 2,
  seqLength: 128,
  rank: 512,
  alpha: 0.5,
  learningRate: 0.01,
  warmupSteps: 3,
  weightDecay: 0.1,
  clipNorm: 0.5,
  validationFraction: 0.2,
  evaluateEvery: 7,
  checkpointEvery: 9,
  seed: 5,
  schedule: "linear",
  targets: ["q_proj", "v_proj"],
  turns: "last",
};

describe("a stored configuration", () => {
  it("of version 1 is LoRA with AdamW, its numbers where they belong", () => {
    expect(currentConfig(flat, 1)).toEqual({
      data: { kind: "examples", batchSize: 4, accumulate: 2, seqLength: 128, validationFraction: 0.2, turns: "last", seed: 5 },
      method: {
        kind: "lora",
        rank: 512,
        alpha: 0.5,
        targets: ["q_proj", "v_proj"],
        dropout: 0,
        exclude: [],
        layers: "",
        loraPlusRatio: 1,
        rankPattern: "",
        alphaPattern: "",
        save: [],
        tieSaved: false,
        tokenIds: "",
      },
      objective: { kind: "cross-entropy", labelSmoothing: 0, neftune: 0 },
      optimizer: {
        kind: "adamw",
        learningRate: 0.01,
        warmupSteps: 3,
        weightDecay: 0.1,
        decayAll: true,
        clipNorm: 0.5,
        schedule: "linear",
        cycles: 1,
        power: 1,
        decaySteps: 20,
        decayShape: "cosine",
        minRate: 0.1,
        precision: "float32",
      },
      stopping: { kind: "steps", steps: 30, evaluateEvery: 7, checkpointEvery: 9 },
    });
  });

  it("of version 2 was trained in float32, whatever is the default later", () => {
    const { precision: _precision, ...optimizer } = defaultRunConfig.optimizer;
    expect(currentConfig({ ...defaultRunConfig, optimizer }, 2).optimizer.precision).toBe("float32");
    expect(currentConfig({ ...defaultRunConfig, optimizer: { ...optimizer, precision: "float16" } }, 3).optimizer.precision).toBe(
      "float16",
    );
  });

  it("of the first records, which had neither targets nor turns, trained all layers and all answers", () => {
    const { targets: _targets, turns: _turns, ...oldest } = flat;
    expect(currentConfig(oldest, 1)).toEqual({
      ...currentConfig(flat, 1),
      method: { ...currentConfig(flat, 1).method, targets: ["all-linear"] },
      data: { ...currentConfig(flat, 1).data, turns: "all" },
    });
  });

  it("of today's version is what it is, with the size of an adapter that was made elsewhere", () => {
    expect(currentConfig(defaultRunConfig, configVersion)).toEqual(defaultRunConfig);
    const large = configWith({ rank: 1000, alpha: 0.25 });
    expect(currentConfig(JSON.parse(JSON.stringify(large)), configVersion)).toEqual(large);
  });

  it.each([
    [{ ...flat, rnak: 4 }, 1, /unknown setting, rnak/],
    [{ ...flat, steps: "30" }, 1, /Steps is "30"/],
    [{ ...flat, rank: 0 }, 1, /LoRA rank is 0/],
    [{ ...flat, turns: "first" }, 1, /"first"/],
    [defaultRunConfig, 1, /unknown setting, data/],
    [flat, 2, /no section steps/],
    [null, 1, /record is malformed/],
    [[], 2, /record is malformed/],
    [{ ...defaultRunConfig, method: { kind: "soup" } }, 2, /soup/],
  ])("that is damaged is refused by name (%#)", async (stored, version, message) => {
    const failure = await failureOf(() => currentConfig(stored, version));
    expect(failure).toMatchObject({ code: "checkpoint/invalid", message: expect.stringMatching(message) });
  });
});
