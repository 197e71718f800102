// Claim: every model of the list can be asked for as it is written, and its figures fit each other.
import { describe, expect, it } from "vitest";
import { curatedModels, downloadBytes } from "../../src/config/curated-models.ts";
import { parseModelAddress } from "../../src/config/model-source.ts";
import { knownFamilies } from "../../src/model/architectures.ts";
import { english, french } from "../support/words.ts";

describe("curated models", () => {
  it.each(curatedModels)("$id", (model) => {
    expect(parseModelAddress(model.id)).toMatchObject({ kind: "hub", id: model.id, revision: "main" });
    expect(downloadBytes(model)).toBeGreaterThanOrEqual(model.parameters * model.bytesPerNumber);
    expect(knownFamilies).toContain(model.family);
    // Larger ones do not fit a tab, even in 4 bits with what training needs.
    expect(model.parameters).toBeLessThan(2e9);
    for (const text of [model.title, model.license, english.say(model.about), french.say(model.about)]) expect(text).toMatch(/\w/);
  });

  it("are listed once each", () => {
    expect(new Set(curatedModels.map(({ id }) => id)).size).toBe(curatedModels.length);
  });
});
