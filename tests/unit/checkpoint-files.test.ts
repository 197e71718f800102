// Claim: shards read as one file would; what an index promises and a shard does not hold is named.
import { describe, expect, it } from "vitest";
import { blobSource } from "../../src/base/byte-source.ts";
import { openWeights } from "../../src/interchange/weight-files.ts";
import { encodeSafetensors } from "../../src/interchange/safetensors.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { failureOf } from "../support/errors.ts";
import { tinyConfig } from "../support/tiny-model.ts";

const tensor = (name: string, ...values: number[]) => ({ name, shape: [values.length], data: Float32Array.from(values) });
const index = (map: unknown): string => JSON.stringify({ metadata: { total_size: 20 }, weight_map: map });
const map = { a: "one.safetensors", b: "one.safetensors", c: "two.safetensors" };
const shards = {
  "one.safetensors": encodeSafetensors([tensor("a", 1, 2), tensor("b", 3)]),
  "two.safetensors": encodeSafetensors([tensor("c", 4, 5)]),
};

const facts = { name: "sharded", config: tinyConfig, spec: parseModelConfig(tinyConfig), beside: () => Promise.resolve(undefined) };

function open(files: Readonly<Record<string, BlobPart>>) {
  return openWeights(facts, (file) => Promise.resolve(files[file] === undefined ? null : blobSource(file, new Blob([files[file]]))));
}

describe("shards", () => {
  it("are one reader", async () => {
    const reader = await open({ ...shards, "model.safetensors.index.json": index(map) });
    expect([...reader.shapes]).toEqual([
      ["a", [2]],
      ["b", [1]],
      ["c", [2]],
    ]);
    expect([...(await reader.read("c")), ...(await reader.read("a"))]).toEqual([4, 5, 1, 2]);
  });

  it("are not looked for where there is one file", async () => {
    const reader = await open({ "model.safetensors": shards["two.safetensors"], "model.safetensors.index.json": "broken" });
    expect([...reader.shapes.keys()]).toEqual(["c"]);
  });

  it.each([
    ["no weights at all", {}, "model/file-missing", "model.safetensors"],
    [
      "a missing shard",
      { "one.safetensors": shards["one.safetensors"], "model.safetensors.index.json": index(map) },
      "model/file-missing",
      "two.safetensors",
    ],
    [
      "a tensor that its shard lacks",
      { ...shards, "model.safetensors.index.json": index({ ...map, d: "two.safetensors" }) },
      "model/tensor-missing",
      "d into two.safetensors",
    ],
    [
      "a cut shard",
      { ...shards, "two.safetensors": shards["two.safetensors"].slice(0, -1), "model.safetensors.index.json": index(map) },
      "model/file-truncated",
      "two.safetensors",
    ],
    ["an index that is no JSON", { ...shards, "model.safetensors.index.json": "{" }, "model/file-invalid", "index.json"],
    ["an index without a map", { ...shards, "model.safetensors.index.json": "null" }, "model/file-invalid", "index.json"],
    [
      "an index that points elsewhere",
      { ...shards, "model.safetensors.index.json": index({ a: "../x.safetensors" }) },
      "model/file-invalid",
      "index.json",
    ],
  ] as const)("with %s are refused", async (_name, files, code, names) => {
    const failure = await failureOf(() => open(files));
    expect(failure.code).toBe(code);
    expect(failure.message).toContain(names);
  });

  it("name a tensor that nobody promised", async () => {
    const reader = await open({ ...shards, "model.safetensors.index.json": index(map) });
    expect((await failureOf(() => reader.read("lost"))).code).toBe("model/tensor-missing");
  });
});
