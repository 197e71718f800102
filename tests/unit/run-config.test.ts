import { describe, expect, it } from "vitest";
import { defaultRunConfig, numberKnobs, parseRunConfig, type NumberKnob } from "../../src/config/run-config.ts";
import { failureOf } from "../support/errors.ts";
import { english, french } from "../support/words.ts";

const knobs = Object.entries(numberKnobs) as [keyof typeof numberKnobs, NumberKnob][];

describe("run configuration", () => {
  it("takes its defaults where nothing is said", () => {
    expect(parseRunConfig({})).toEqual(defaultRunConfig);
  });

  it("reads back what it wrote", () => {
    const config = parseRunConfig({ steps: 7, learningRate: 0.5, schedule: "linear", targets: ["down_proj", "q_proj"] });
    expect(parseRunConfig(JSON.parse(JSON.stringify(config)) as Record<string, unknown>)).toEqual(config);
  });

  it.each(knobs)("%s takes its range and nothing beyond", async (name, knob) => {
    for (const value of [knob.min, knob.max, knob.default]) expect(parseRunConfig({ [name]: value })[name]).toBe(value);
    const step = knob.integer ? 1 : 1e-6;
    const bad = [knob.min - step, knob.max + step, NaN, Infinity, String(knob.default), null, [knob.default], true];
    for (const value of knob.integer ? [...bad, knob.min + 0.5] : bad) {
      const { code, message, hint } = await failureOf(() => parseRunConfig({ [name]: value }));
      expect(code, String(value)).toBe("config/invalid");
      expect(message).toContain(english.say(`knob/${name}-label`));
      expect(hint).toBe(english.say(`knob/${name}-help`));
      expect(message).toContain(`${knob.min} to ${knob.max}`);
    }
  });

  it("says which number it found, also when JSON has no word for it", async () => {
    expect((await failureOf(() => parseRunConfig({ steps: NaN }))).message).toContain("NaN");
  });

  it("names knob and range as the reader's language does, in digits that can be typed", async () => {
    const failure = await failureOf(() => parseRunConfig({ validationFraction: 0.75 }));
    expect(failure.message).toBe("Validation share is 0.75; expected a number from 0 to 0.5.");
    expect(french.error(failure).message).toBe("Part de validation\u00A0: 0.75. Valeur attendue\u00A0: un nombre de 0 à 0,5.");
    expect((await failureOf(() => parseRunConfig({ seed: -1 }))).message).toContain("a whole number from 0 to 4294967295");
  });

  it("drops repeated targets, and means all where none are named", () => {
    expect(parseRunConfig({ targets: ["v_proj", "q_proj", "v_proj"] }).targets).toEqual(["v_proj", "q_proj"]);
    expect(parseRunConfig({}).targets).toEqual(["all-linear"]);
  });

  it.each([[{ targets: [] }], [{ targets: "q_proj" }], [{ targets: ["q proj"] }], [{ schedule: "polynomial" }], [{ schedule: 3 }]])(
    "refuses %j and lists what there is",
    async (input) => {
      const { code, hint } = await failureOf(() => parseRunConfig(input));
      expect(code).toBe("config/invalid");
      expect(hint).toMatch(/q_proj|cosine/);
    },
  );
});
