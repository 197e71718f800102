// Claim: what is read back from an engine are the very numbers that were held, whatever the form, the family and the cut.
import { describe, expect, it } from "vitest";
import { ownQuantizations } from "../../src/config/quantizations.ts";
import { baseNumbers, readMatrix } from "../../src/model/base-numbers.ts";
import { requiredTensors } from "../../src/model/spec.ts";
import type { MatrixForm } from "../../src/model/quantization/forms.ts";
import { piecesOf } from "../../src/model/quantization/pieces.ts";
import type { EncodedMatrix, MatrixShape } from "../../src/model/quantization/scheme.ts";
import { createReferenceEngine } from "../../src/runtime/reference/reference-engine.ts";
import { placeTiny, readBack } from "../support/base-numbers.ts";
import { decodeForm } from "../support/decode-form.ts";
import { failureOf } from "../support/errors.ts";
import { oddModels } from "../support/odd-models.ts";
import { publishedForms, publishedNames } from "../support/published-forms.ts";
import { placedForm, randomEncoded, upload } from "../support/quantize.ts";
import { the } from "../support/the.ts";
import { tinyConfig } from "../support/tiny-model.ts";

/** As GPT-2's linears are stored, with biases and learned positions; with an output bias; grouped queries and a tied head. */
const families = { llama: tinyConfig, gpt2: the(oddModels["gpt2"]), phi: the(oddModels["phi"]), qwen3: the(oddModels["qwen3"]) };

const differing = (found: Float32Array, held: Float32Array): number =>
  found.length === held.length ? found.findIndex((value, at) => !Object.is(value, held[at])) : NaN;

/** The order's inverse is for graphs alone. */
const decoded = (form: MatrixForm, shape: MatrixShape, { inverse: _inverse, ...parts }: EncodedMatrix): Float32Array =>
  decodeForm(form, shape, parts);

/** Of an engine without float16 as well. */
const engines = [true, false].map((hasFloat16) => ({ ...createReferenceEngine(), hasFloat16 }));

describe.each(Object.entries(families))("the numbers of a %s", (_family, config) => {
  it.each(ownQuantizations.flatMap((quantization) => [false, true].map((quantizeHead) => ({ quantization, quantizeHead }))))(
    "held as %o",
    async (quantizationConfig) => {
      for (const engine of engines) {
        if (quantizationConfig.quantization === "f16" && !engine.hasFloat16) continue;
        const placed = await placeTiny(engine, config, quantizationConfig);
        const pairs = await readBack(placed);
        for (const [tensor, [found, held]] of pairs) expect(differing(found, held), tensor).toBe(-1);
        const required = [...requiredTensors(placed.model.spec).keys()];
        expect([...pairs.keys()].filter((name) => name !== "tied head").toSorted()).toEqual(required.toSorted());
      }
    },
  );
});

describe("base numbers", () => {
  it.each(publishedNames)("a matrix that is published in %s, whole and in pieces", async (published) => {
    const form = publishedForms[published];
    for (const engine of engines) {
      const shape = { rows: 150, columns: 300 };
      const held = placedForm(form, engine);
      const whole = randomEncoded(form, shape, 3);
      const weights = upload(engine, "w", form, shape, whole);
      expect(differing(await readMatrix(engine, weights, held, "w", shape), decoded(form, shape, whole))).toBe(-1);
      const pieces = piecesOf("w", shape, 64 * 300);
      const parts = pieces.map((piece, at) => ({ piece, encoded: randomEncoded(form, piece.shape, at) }));
      const cut = Object.assign({}, ...parts.map(({ piece, encoded }) => upload(engine, piece.name, form, piece.shape, encoded)));
      const joined = parts.flatMap(({ piece, encoded }) => [...decoded(form, piece.shape, encoded)]);
      expect(pieces.length).toBe(3);
      expect(differing(await readMatrix(engine, cut, held, "w", shape, pieces), Float32Array.from(joined))).toBe(-1);
    }
  });

  it("are the caller's, in any choice of rows", async () => {
    const { model, expected } = await placeTiny(createReferenceEngine(), tinyConfig, { quantization: "int8", quantizeHead: true });
    const numbers = baseNumbers(model);
    const table = expected(model.spec.names.embedding);
    const row = (id: number): number[] => [...table.subarray(id * 32, (id + 1) * 32)];
    expect([...(await numbers.embedding([7, 263, 7]))]).toEqual([...row(7), ...row(263), ...row(7)]);
    expect((await numbers.embedding([])).length).toBe(0);
    expect(numbers.positions().length).toBe(0);
    const norm = await numbers.head("finalNorm");
    const before = norm.slice();
    norm.fill(0);
    expect(await numbers.head("finalNorm")).toEqual(before);
  });

  it("refuses what there is not", async () => {
    const { model } = await placeTiny(createReferenceEngine(), tinyConfig, { quantization: "none" });
    const numbers = baseNumbers(model);
    const asked = [
      () => numbers.weight(2, "q_proj"),
      () => numbers.weight(0, "qkv_proj"),
      () => numbers.vector(0, "q_proj.bias"),
      () => numbers.vector(-1, "input_layernorm"),
      () => numbers.head("head.bias"),
      async () => numbers.embedding([264]),
      async () => numbers.embedding([0.5]),
    ];
    for (const ask of asked) expect((await failureOf(ask)).code).toBe("model/tensor-missing");
  });
});
