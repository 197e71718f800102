// Claim: an adapter is said to be trained on the weights that it was trained on, rounded or not, and its README says so too.
import { describe, expect, it } from "vitest";
import { formOf, hubIdOf, trainedOn, type BaseWeights } from "../../src/config/trained-on.ts";
import { parseRunConfig } from "../../src/config/run-config.ts";
import { adapterCard } from "../../src/session/exchange/adapter-card.ts";
import { sampleRun } from "../support/runs.ts";
import { english, french } from "../support/words.ts";

const gguf: BaseWeights = {
  name: "somebody/Small-GGUF@v2:Small.Q4_1.gguf",
  source: "hub",
  commit: "0123456789abcdef0123456789abcdef01234567",
  quantization: "as-published",
  form: "Q8_0, Q4_1",
  bitsPerWeight: 5.9,
};
const plain: BaseWeights = { name: "folder", source: "files", quantization: "as-published", form: "as-published", bitsPerWeight: 32 };

describe("what is said of an adapter's base", () => {
  it.each([
    [gguf, /^Trained on .*gguf \(commit 0123456789ab\) as published \(Q8_0, Q4_1\)\. Run it on the same file/],
    [plain, /^Trained on folder as published, not rounded\. Run it on the same weights/],
    [{ ...plain, quantization: "none", form: "none" }, /^Trained on folder as published, not rounded\. Run it on the same weights/],
    [
      { ...plain, quantization: "int4", form: "int4", bitsPerWeight: 5.25 },
      /^Trained on folder, its weights rounded to int4 \(5\.25 bits per weight\)\. Other programs will run it on the weights as they were published\. Those are not quite/,
    ],
    [{ name: "old", source: "files", quantization: "int8", quantizeHead: true, form: "int8" }, /rounded to int8, the head too\. Other/],
  ] as const)("%o", (weights, expected) => {
    const said = trainedOn({ phase: "finished", stepsDone: 60, model: weights });
    expect(english.text(said)).toMatch(expected);
    expect(french.text(said)).toMatch(/^Entraîné sur /);
  });

  it("names the form beside a count: its own name, or that nothing was rounded", () => {
    expect([gguf, plain, { ...plain, quantization: "nf4", form: "nf4" } as const].map((weights) => english.text(formOf(weights)))).toEqual([
      "Q8_0, Q4_1",
      "not rounded",
      "nf4",
    ]);
  });

  it("names a repository only where there is one", () => {
    expect(
      [gguf, { name: "a/b", source: "hub" }, { name: "a/b", source: "files" }, plain].map(hubIdOf as (of: unknown) => unknown),
    ).toEqual(["somebody/Small-GGUF", "a/b", null, null]);
  });
});

describe("the README of an adapter", () => {
  const { record } = sampleRun("card");

  it("begins as PEFT's does, with the repository of the base", () => {
    const { name, front, title } = adapterCard(
      { ...record, name: "My run", model: { ...gguf, fingerprint: "1" } as typeof record.model },
      true,
    );
    expect(front.split("\n")).toEqual([
      "---",
      "base_model: somebody/Small-GGUF",
      "library_name: peft",
      "pipeline_tag: text-generation",
      "tags:",
      "- base_model:adapter:somebody/Small-GGUF",
      "- lora",
      "---",
      "",
    ]);
    expect([name, title]).toEqual(["README.md", "My run"]);
  });

  it("of an adapter that was imported does not pretend to know", () => {
    const { paragraphs } = adapterCard({ ...record, phase: "finished", stepsDone: 0 }, true);
    expect(paragraphs.map(english.text)).toEqual(["Imported for tiny. On which weights it was trained is not known here."]);
  });

  it("says there that PiSSA went out as a LoRA", () => {
    const config = parseRunConfig({ method: { kind: "pissa" } });
    const { paragraphs } = adapterCard({ ...record, config }, true);
    expect(english.text(paragraphs.at(-1) ?? "")).toContain("as a plain LoRA of twice the rank");
  });

  it("names no base there that nobody can look up, and says the weights below", () => {
    const { front, paragraphs } = adapterCard(record, true);
    expect(front).not.toContain("base_model");
    expect(paragraphs.map(english.text).join()).toContain("Trained on tiny, its weights rounded to int4.");
  });
});
