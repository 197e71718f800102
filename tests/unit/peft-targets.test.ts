// Which modules an adapter's configuration means, against what PEFT 0.21 itself adapted (tests/fixtures/adapters): every one of
// them must have its tensors, and none may be left over.
import { describe, expect, it } from "vitest";
import { blobSource } from "../../src/base/byte-source.ts";
import { seededRandom } from "../../src/base/random.ts";
import { modulesOf } from "../../src/interchange/adapter-tensors.ts";
import { parseAnnouncement } from "../../src/interchange/peft-config.ts";
import { readPeft, writePeft } from "../../src/interchange/peft.ts";
import { encodeSafetensors, openSafetensors, type TensorToStore } from "../../src/interchange/safetensors.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import type { ModelSpec } from "../../src/model/spec.ts";
import { words } from "../../src/words/message.ts";
import { asLora, scalingOf } from "../support/configs.ts";
import { failureOf } from "../support/errors.ts";
import { jsonOf } from "../support/files.ts";
import { the } from "../support/the.ts";

const { published, cases } = jsonOf("tests/fixtures/adapters/peft-targets.json") as {
  readonly published: Readonly<Record<string, unknown>>;
  readonly cases: readonly {
    readonly model: string;
    readonly config: Readonly<Record<string, unknown>> & { readonly r: number };
    readonly modules: readonly string[];
    readonly scaling: number;
  }[];
};

const specOf = (name: string): ModelSpec => parseModelConfig(jsonOf(`tests/fixtures/goldens/${name}/config.json`));
const store = (tensors: readonly TensorToStore[]) =>
  openSafetensors(blobSource("adapter_model.safetensors", new Blob([encodeSafetensors(tensors)])));

/** Random pairs for the given modules. */
function pairs(spec: ModelSpec, modules: readonly string[], rank: number, rename = (name: string): string => name): TensorToStore[] {
  const random = seededRandom(7);
  return modules.flatMap((module) => {
    const slot = spec.linears.find(({ path }) => module.endsWith(`.${path}`));
    const shapes = { A: [rank, slot?.inFeatures ?? 0], B: [slot?.outFeatures ?? 0, rank] };
    return Object.entries(shapes).map(([half, shape]) => ({
      name: rename(`base_model.model.${module}.lora_${half}.weight`),
      shape,
      data: Float32Array.from({ length: (shape[0] ?? 0) * (shape[1] ?? 0) }, () => random.normal()),
    }));
  });
}

const byName = (tensors: readonly TensorToStore[]) => tensors.toSorted((a, b) => (a.name < b.name ? -1 : 1));

describe("the modules of an adapter", () => {
  it.each(cases)("are PEFT's: $model, $config", async ({ model, config, modules, scaling }) => {
    const spec = specOf(model);
    const tensors = pairs(spec, modules, config.r);
    const { method, parameters } = await readPeft(spec, { ...published, ...config }, await store(tensors));
    expect(scalingOf({ method })).toBeCloseTo(scaling, 12);
    // What is written again is what was read, and means the same to PEFT.
    const written = the(writePeft(spec, method, { parameters, fixed: {} }, "base"));
    expect(written.tensors).toEqual(byName(tensors));
    expect(await readPeft(spec, written.config, await store(tensors))).toMatchObject({ method, parameters });
    // One more and one less are refused by name.
    const other = modulesOf(spec).find((module) => !modules.includes(module));
    if (other !== undefined) {
      const extra = pairs(spec, [other], config.r);
      const failure = await failureOf(async () => readPeft(spec, { ...published, ...config }, await store([...tensors, ...extra])));
      expect(failure).toMatchObject({ code: "adapter/invalid", message: expect.stringContaining(other) });
    }
    const failure = await failureOf(async () => readPeft(spec, { ...published, ...config }, await store(tensors.slice(2))));
    expect(failure.code).toBe("adapter/invalid");
    if (modules.length > 1) expect(failure.message).toContain(modules[0]);
  });

  it("that only some layers have leave the others alone, and that is said", async () => {
    const spec = specOf("llama_tied");
    const config = { ...published, target_modules: ["q_proj"], layers_to_transform: [1] };
    const { parameters, notes, method } = await readPeft(spec, config, await store(pairs(spec, ["model.layers.1.self_attn.q_proj"], 4)));
    expect(Object.keys(parameters)).toEqual(["layer.1"]);
    expect(asLora(method).targets).toEqual(["model.layers.1.self_attn.q_proj"]);
    expect(notes).toEqual([words("adapter/some-layers", { count: 1, all: 2 })]);
  });

  it("of other families in a list are named, and do no harm", async () => {
    const spec = specOf("llama_tied");
    const config = { ...published, target_modules: ["q_proj", "query_key_value", "c_attn"] };
    const { notes } = await readPeft(
      spec,
      config,
      await store(
        pairs(
          spec,
          modulesOf(spec).filter((name) => name.endsWith("q_proj")),
          4,
        ),
      ),
    );
    expect(notes).toContainEqual(words("adapter/unused-targets", { names: "query_key_value, c_attn" }));
  });

  it("that were trained with what Atelier's training does not have are read, and that is named", async () => {
    const spec = specOf("llama_tied");
    const tensors = await store(pairs(spec, modulesOf(spec), 4));
    const notesOf = async (more: Readonly<Record<string, unknown>>) =>
      (await readPeft(spec, { ...published, target_modules: "all-linear", ...more }, tensors)).notes;
    expect(await notesOf({ lorap_lr_ratio: 16, lorap_emb_lr: null })).toEqual([
      words("adapter/unused-in-training", { names: "lorap_lr_ratio" }),
    ]);
    expect(await notesOf({ lora_dropout: 0.1, lorap_lr_ratio: null })).toEqual([]);
    const dropped = parseAnnouncement(
      spec,
      { target_modules: ["q_proj"], vera_dropout: 0.1 },
      { target_modules: () => true, vera_dropout: () => true },
    );
    expect(dropped.notes).toEqual([words("adapter/unused-in-training", { names: "vera_dropout" })]);
  });

  it.each([
    ["PEFT's root left out", (name: string) => name.replace("base_model.model.", "")],
    ["the adapter's name in each", (name: string) => name.replace(".weight", ".default.weight")],
    ["both", (name: string) => name.replace("base_model.model.", "").replace(".weight", ".tuned.weight")],
  ])("are found with %s", async (_, rename) => {
    const spec = specOf("llama_tied");
    const modules = modulesOf(spec).filter((name) => /[qv]_proj$/.test(name));
    const [plain, renamed] = [pairs(spec, modules, 4), pairs(spec, modules, 4, rename)];
    expect((await readPeft(spec, published, await store(renamed))).parameters).toEqual(
      (await readPeft(spec, published, await store(plain))).parameters,
    );
  });

  it("of two adapters in one file, or twice the same, are refused", async () => {
    const spec = specOf("llama_tied");
    const modules = modulesOf(spec).filter((name) => /[qv]_proj$/.test(name));
    const [plain, named] = [pairs(spec, modules, 4), pairs(spec, modules, 4, (name) => name.replace(".weight", ".other.weight"))];
    const bare = pairs(spec, modules, 4, (name) => name.replace("base_model.model.", ""));
    for (const two of [named, bare])
      expect((await failureOf(async () => readPeft(spec, published, await store([...plain, ...two])))).code).toBe("adapter/invalid");
  });
});
