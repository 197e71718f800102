// Claim: what stands beside a quantized matrix is neither lost nor taken for a part of the model: companions in other shards are found,
// what belongs to nothing is left over by its name, and where a matrix lies the other way round nothing is guessed.
import { describe, expect, it } from "vitest";
import { blobSource } from "../../src/base/byte-source.ts";
import { openWeights } from "../../src/interchange/weight-files.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { withFullNames } from "../../src/model/check-tensors.ts";
import { failureOf } from "../support/errors.ts";
import { columns, matrix, module, numbers, openPublished, rows, smallConfig, table } from "../support/published.ts";
import { stored, writeSafetensors } from "../support/safetensors-writer.ts";

const code = (n: number, k: number): number => ((n * 31 + k * 7) % 256) - 128;
const codes = stored("I8", [rows, columns], table(rows, columns, code));
const scales = stored(
  "F32",
  [rows, 1],
  table(rows, 1, (n) => n + 0.5),
);
const expected = [...numbers((n, k) => code(n, k) * (n + 0.5))];

describe("a quantized checkpoint", () => {
  it("may have a matrix and its scales in different shards", async () => {
    const shards = {
      "one.safetensors": writeSafetensors({ [`${module}weight._data`]: codes }),
      "two.safetensors": writeSafetensors({ [`${module}weight._scale`]: scales }),
    };
    const map = { [`${module}weight._data`]: "one.safetensors", [`${module}weight._scale`]: "two.safetensors" };
    const files: Record<string, BlobPart> = { ...shards, "model.safetensors.index.json": JSON.stringify({ weight_map: map }) };
    const facts = { name: "sharded", config: smallConfig, spec: parseModelConfig(smallConfig), beside: () => Promise.resolve(undefined) };
    const reader = await openWeights(facts, async (file) => (files[file] === undefined ? null : blobSource(file, new Blob([files[file]]))));
    expect([...reader.shapes]).toEqual([[matrix, [rows, columns]]]);
    expect([...(await reader.read(matrix))]).toEqual(expected);
  });

  it("leaves over what it has no use for, under its own name", async () => {
    const other = "model.layers.0.mlp.extra_proj.";
    const parts = {
      "weight._data": codes,
      "weight._scale": scales,
      "weight._bits": stored("U8", [1], [8]),
      [`${other}weight._data`]: codes,
      [`${other}weight._scale`]: scales,
    };
    const reader = await openPublished({ parts });
    expect([...reader.shapes.keys()].toSorted()).toEqual(
      [matrix, `${module}weight._bits`, `${other}weight._data`, `${other}weight._scale`].toSorted(),
    );
  });

  it("without its scales is refused, naming them", async () => {
    expect(await failureOf(() => openPublished({ parts: { "weight._data": codes } }))).toMatchObject({
      code: "model/file-invalid",
      message: expect.stringContaining("weight._scale is missing"),
    });
  });

  it("of the bare decoder has its forms under the full names too", async () => {
    const bare = (name: string): string => `layers.0.mlp.down_proj.${name}`;
    const files: Record<string, Uint8Array<ArrayBuffer>> = {
      "model.safetensors": writeSafetensors({
        "embed_tokens.weight": stored(
          "F32",
          [40, 32],
          table(40, 32, () => 1),
        ),
        [bare("weight._data")]: codes,
        [bare("weight._scale")]: scales,
      }),
    };
    const spec = parseModelConfig(smallConfig);
    const facts = { name: "bare", config: smallConfig, spec, beside: () => Promise.resolve(undefined) };
    const opened = await openWeights(facts, async (file) => (files[file] ? blobSource(file, new Blob([files[file]])) : null));
    const reader = withFullNames(spec, opened);
    expect(reader.shapes.get(matrix)).toEqual([rows, columns]);
    expect([...(reader.published?.keys() ?? [])]).toEqual([matrix]);
    expect([...(await reader.read(matrix))]).toEqual(expected);
  });

  it("of GPT-2 is refused, also where config.json does not say that it is quantized", async () => {
    const config = { model_type: "gpt2", n_embd: 32, n_head: 4, n_layer: 1, vocab_size: 40, n_positions: 64, hidden_size: undefined };
    const square = "transformer.h.0.attn.c_proj.";
    const parts = {
      [`${square}weight._data`]: stored("I8", [32, 32], table(32, 32, code)),
      [`${square}weight._scale`]: stored(
        "F32",
        [32, 1],
        table(32, 1, () => 1),
      ),
    };
    const bytes = writeSafetensors(parts);
    const facts = { name: "gpt2", config, spec: parseModelConfig(config), beside: () => Promise.resolve(undefined) };
    const opening = () => openWeights(facts, async (file) => (file === "model.safetensors" ? blobSource(file, new Blob([bytes])) : null));
    expect(await failureOf(opening)).toMatchObject({
      code: "model/unsupported-feature",
      message: expect.stringContaining("c_proj.weight"),
    });
  });
});
