// What the command takes of an adapter's folder.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { buildCommand } from "../../src/cli/build-request.ts";
import { rootPath } from "../support/files.ts";

const golden = rootPath("tests/fixtures/goldens/llama_tied");
const folder = mkdtempSync(join(tmpdir(), "atelier-adapter-"));

describe("the adapter's folder", () => {
  it("gives its own files, of PEFT or mlx-lm, and nothing else that lies there", () => {
    const names = (path: string): string => path.split(/[/\\]/).at(-1) ?? "";
    expect(buildCommand("logits", { ids: "1", adapter: golden }).files.adapter?.map(names).toSorted()).toEqual([
      "adapter_config.json",
      "adapter_model.safetensors",
    ]);
    for (const name of ["adapters.safetensors", "adapter_config.json", "0000100_adapters.safetensors", "optimizer.pt"])
      writeFileSync(join(folder, name), "");
    const found = buildCommand("logits", { ids: "1", adapter: folder }).files.adapter ?? [];
    expect(found.map(names).toSorted()).toEqual(["adapter_config.json", "adapters.safetensors"]);
  });

  it("is a model of its own where it holds no adapter: then it is not rounded, and another one can be named", () => {
    const whole = mkdtempSync(join(tmpdir(), "atelier-whole-"));
    for (const name of ["config.json", "model.safetensors", "tokenizer.json"]) writeFileSync(join(whole, name), "");
    const { request, files } = buildCommand("logits", { ids: "1", adapter: whole });
    expect(request).toMatchObject({ quantization: "none", model: { folder: basename(whole) } });
    expect(files.model).toHaveLength(3);
    expect(files.adapter).toEqual([join(whole, "model.safetensors")]);
    expect(buildCommand("logits", { ids: "1", adapter: whole, model: golden }).request).toMatchObject({ quantization: "auto" });
  });
});
