// The cache of prepared models over folders in memory: what comes out is what went in, or is refused with a reason.
import { describe, expect, it } from "vitest";
import { addressOf, cacheVersion, entryId, manifestFile, sourceKey } from "../../src/session/cache-manifest.ts";
import type { CacheWriter } from "../../src/session/cache-writer.ts";
import { ModelCache } from "../../src/session/model-cache.ts";
import type { PreparedTensor } from "../../src/model/prepare-weights.ts";
import { openModelFiles } from "../../src/sources/open-model-files.ts";
import { failureOf } from "../support/errors.ts";
import { MemoryDirectory } from "../support/memory-directory.ts";
import { tinyModelFiles } from "../support/tiny-model.ts";

const tensors: readonly PreparedTensor[] = [
  { group: "embedding", name: "table.codes", dtype: "uint8", shape: [3, 7], data: Uint8Array.from({ length: 21 }, (_, at) => at * 11) },
  { group: "head", name: "finalNorm", dtype: "float32", shape: [9], data: Float32Array.from({ length: 9 }, (_, at) => at / 3) },
  { group: 1, name: "q_proj.weight", dtype: "float16", shape: [2, 5], data: Uint16Array.from({ length: 10 }, (_, at) => at * 6000) },
];
const source = { kind: "files", name: "tiny", files: tinyModelFiles() } as const;
const holding = { quantization: "int4", quantizeHead: false } as const;
const roomy = { usageBytes: 0, quotaBytes: 1e9 };

function setUp(space = roomy) {
  const directory = new MemoryDirectory();
  const busy = new Set<string>();
  let clock = 1000;
  const cache = new ModelCache({
    directory,
    space: () => Promise.resolve(space),
    withLock: (name, _mode, work) => work(!busy.has(name)),
    now: () => clock++,
  });
  return { directory, cache, busy };
}

async function* all(): AsyncGenerator<PreparedTensor> {
  for (const tensor of tensors) yield await Promise.resolve(tensor);
}

async function collect(stream: AsyncIterable<PreparedTensor>): Promise<PreparedTensor[]> {
  const collected: PreparedTensor[] = [];
  for await (const tensor of stream) collected.push(tensor);
  return collected;
}

/** @returns the id, and why nothing was stored */
async function store(cache: ModelCache, act: (writer: CacheWriter) => Promise<string | null> = writeAll) {
  const id = await entryId("key", holding);
  const making = { id, key: "key", source, ...holding, expectedBytes: 77, fileBytes: 16 };
  return { id, reason: await cache.storing(making, (writer) => (typeof writer === "string" ? Promise.resolve(writer) : act(writer))) };
}

async function writeAll(writer: CacheWriter): Promise<string | null> {
  const passed = await collect(writer.tee(all()));
  expect(passed).toEqual(tensors);
  return writer.finish(await openModelFiles(source), "cafe0001");
}

async function readAll(cache: ModelCache): Promise<PreparedTensor[]> {
  const manifest = await cache.find("key", holding);
  return manifest ? collect(cache.open(manifest, () => undefined).tensors) : [];
}

describe("a stored model", () => {
  it("comes back to the bit, though its tensors lie across files", async () => {
    const { cache, directory } = setUp();
    const { id, reason } = await store(cache);
    expect(reason).toBeNull();
    expect(directory.children.get(id)?.contents.get("weights-0004")?.length).toBe(77 - 64);
    expect(await readAll(cache)).toEqual(tensors);
    expect(await cache.list()).toMatchObject([{ id, name: "tiny", ...holding, usable: true, source: { files: [] } }]);
  });

  it("brings the small files with it", async () => {
    const { cache } = setUp();
    const { id } = await store(cache);
    const manifest = await cache.usable(id);
    const config = manifest && (await cache.files(manifest).open("config.json"));
    expect(JSON.parse(new TextDecoder().decode(await config?.read(0, config.size)))).toHaveProperty("model_type", "llama");
    expect(manifest && (await cache.files(manifest).open("special_tokens_map.json"))).toBeNull();
  });

  it("is not found under another quantization or head", async () => {
    const { cache } = setUp();
    await store(cache);
    expect(await cache.find("key", { quantization: "int8" })).toBeNull();
    expect(await cache.find("key", { quantization: "int4", quantizeHead: true })).toBeNull();
  });

  it.each([
    ["a flipped bit", (bytes: Uint8Array<ArrayBuffer>) => bytes.map((byte, at) => (at === 3 ? byte ^ 1 : byte)), "other bytes"],
    ["a cut end", (bytes: Uint8Array<ArrayBuffer>) => bytes.slice(0, -1), "cut off"],
  ])("with %s is refused by the name of its file", async (_name, damage, says) => {
    const { cache, directory } = setUp();
    const { id } = await store(cache);
    const { contents } = directory.children.get(id) as MemoryDirectory;
    contents.set("weights-0002", damage(contents.get("weights-0002") as Uint8Array<ArrayBuffer>));
    const failure = await failureOf(() => readAll(cache));
    expect(failure.code).toBe("cache/damaged");
    expect(failure.message).toContain(`weights-0002 ${says.startsWith("cut") ? "is" : "has"} ${says}`);
  });

  it("of a newer version is listed, not read and not overwritten", async () => {
    const { cache, directory } = setUp();
    const { id } = await store(cache);
    const { contents } = directory.children.get(id) as MemoryDirectory;
    const manifest = JSON.parse(new TextDecoder().decode(contents.get(manifestFile))) as object;
    contents.set(manifestFile, new TextEncoder().encode(JSON.stringify({ ...manifest, version: cacheVersion + 1, tensors: "other" })));
    expect(await cache.list()).toMatchObject([{ id, usable: false, note: "made by a newer Atelier" }]);
    expect(await readAll(cache)).toEqual([]);
    expect((await store(cache)).reason).toContain("cannot read");
    expect(await cache.list()).toHaveLength(1);
  });

  it("is deleted on request, but not while it is used", async () => {
    const { cache, busy } = setUp();
    const { id } = await store(cache);
    busy.add(`atelier-model-${id}`);
    expect((await failureOf(() => cache.delete(id))).code).toBe("cache/in-use");
    busy.clear();
    await cache.delete(id);
    expect(await cache.list()).toEqual([]);
  });
});

describe("storing", () => {
  it("that breaks off leaves nothing", async () => {
    const { cache, directory } = setUp();
    const failure = await failureOf(() =>
      store(cache, async (writer) => {
        for await (const { name } of writer.tee(all())) if (name === "finalNorm") throw new Error("the tab was busy");
        return null;
      }),
    );
    expect(failure.message).toContain("the tab was busy");
    expect(directory.children.size).toBe(0);
  });

  it("that died with its tab is swept, unless another tab is still at it", async () => {
    const { cache, directory, busy } = setUp();
    await (await directory.createFolder("half")).write("weights-0000", new Uint8Array(16));
    busy.add("atelier-model-half");
    expect(await cache.list()).toEqual([]);
    expect(directory.children.has("half")).toBe(true);
    busy.clear();
    await cache.list();
    expect(directory.children.has("half")).toBe(false);
  });

  it("on a disk that fills up goes through, and says that nothing is stored", async () => {
    const { cache, directory } = setUp();
    directory.freeBytes = 40;
    expect((await store(cache)).reason).toContain("full");
    expect(directory.children.size).toBe(0);
  });

  it("is not begun where there is no room", async () => {
    const { cache, directory } = setUp({ usageBytes: 50, quotaBytes: 100 });
    expect((await store(cache)).reason).toContain("no room");
    expect(directory.children.size).toBe(0);
  });
});

describe("the key of a source", () => {
  const keyOf = async (files: readonly File[]) => {
    const picked = { kind: "files", name: "tiny", files } as const;
    return sourceKey(picked, await openModelFiles(picked), ["model.safetensors"]);
  };

  it("is the same for the same files, and another for any change", async () => {
    const files = tinyModelFiles().map((file) => new File([file], file.name, { lastModified: 5 }));
    const key = await keyOf(files);
    expect(await keyOf(files)).toEqual(key);
    for (const name of ["config.json", "tokenizer.json", "model.safetensors"]) {
      const changed = files.map((file) => (file.name === name ? new File([file, " "], name, { lastModified: 5 }) : file));
      expect(await keyOf(changed)).not.toEqual(key);
    }
    const later = files.map((file) => (file.name === "model.safetensors" ? new File([file], file.name, { lastModified: 6 }) : file));
    expect(await keyOf(later)).not.toEqual(key);
  });

  it("of a hub is its commit, whatever the revision", async () => {
    const hub = { kind: "hub", id: "a/b", revision: "main", endpoint: "https://hub.test" } as const;
    const files = { ...(await openModelFiles(source)), commit: "abc1234" };
    expect(await sourceKey(hub, files, [])).toEqual({ key: "hub:https://hub.test/a/b@abc1234" });
    expect(addressOf(hub)).not.toBe(addressOf({ ...hub, revision: "v2" }));
  });

  it("does not exist where nothing tells versions apart", async () => {
    const picked = await openModelFiles(source);
    const open: typeof picked.open = async (file) => {
      const opened = await picked.open(file);
      return opened && { ...opened, version: undefined };
    };
    const files = { ...picked, open };
    expect(await sourceKey({ kind: "url", name: "u", baseUrl: "https://x.test/" }, files, ["model.safetensors"])).toHaveProperty("reason");
  });
});
