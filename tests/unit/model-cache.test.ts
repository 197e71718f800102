// The cache of prepared models over folders in memory: what comes out is what went in, or is refused with a reason.
import { describe, expect, it } from "vitest";
import type { ModelSource } from "../../src/config/model-source.ts";
import { cacheVersion, entryId, hubKey, manifestFile } from "../../src/session/models/cache-manifest.ts";
import type { CacheWriter } from "../../src/session/models/cache-writer.ts";
import { ModelCache } from "../../src/session/models/model-cache.ts";
import type { PreparedTensor } from "../../src/model/prepare-weights.ts";
import { openModelFiles } from "../../src/sources/open-model-files.ts";
import { words, type Words } from "../../src/words/message.ts";
import { failureOf } from "../support/errors.ts";
import { bytesOf } from "../support/files.ts";
import { MemoryDirectory } from "../support/memory-directory.ts";
import { tinyModelFiles } from "../support/tiny-model.ts";

const tensors: readonly PreparedTensor[] = [
  { group: "embedding", name: "table.codes", dtype: "uint8", shape: [3, 7], data: Uint8Array.from({ length: 21 }, (_, at) => at * 11) },
  { group: "head", name: "finalNorm", dtype: "float32", shape: [9], data: Float32Array.from({ length: 9 }, (_, at) => at / 3) },
  { group: 1, name: "q_proj.weight", dtype: "float16", shape: [2, 5], data: Uint16Array.from({ length: 10 }, (_, at) => at * 6000) },
];
const source = { kind: "files", name: "tiny", files: tinyModelFiles() } as const;
const quantizationConfig = { quantization: "int4", quantizeHead: false } as const;
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
async function store(cache: ModelCache, act: (writer: CacheWriter) => Promise<Words | null> = writeAll) {
  const id = await entryId("key", quantizationConfig);
  const making = { id, key: "key", source, held: quantizationConfig, expectedBytes: 77, fileBytes: 16 };
  return { id, reason: await cache.storing(making, (writer) => ("reason" in writer ? Promise.resolve(writer.reason) : act(writer))) };
}

async function writeAll(writer: CacheWriter): Promise<Words | null> {
  const passed = await collect(writer.tee(all()));
  expect(passed).toEqual(tensors);
  return writer.finish(await openModelFiles(source), { fingerprint: "cafe0001", codes: undefined });
}

async function readAll(cache: ModelCache): Promise<PreparedTensor[]> {
  const manifest = await cache.find("key", quantizationConfig);
  return manifest ? collect(cache.open(manifest, () => undefined).tensors) : [];
}

describe("a stored model", () => {
  it("comes back to the bit, though its tensors lie across files", async () => {
    const { cache, directory } = setUp();
    const { id, reason } = await store(cache);
    expect(reason).toBeNull();
    expect(directory.children.get(id)?.contents.get("weights-0004")?.length).toBe(77 - 64);
    expect(await readAll(cache)).toEqual(tensors);
    expect(await cache.list()).toMatchObject([{ id, name: "tiny", ...quantizationConfig, usable: true, source: { files: [] } }]);
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
    expect(await cache.list()).toMatchObject([{ id, usable: false, note: words("cache/newer") }]);
    expect(await readAll(cache)).toEqual([]);
    expect((await store(cache)).reason).toEqual(words("cache/other-version"));
    expect(await cache.list()).toHaveLength(1);
  });

  it("of version 1, whose key did not name the file, is listed with a note, not read, and can be deleted", async () => {
    const { cache, directory } = setUp();
    const folder = await directory.createFolder("0123456789abcdef0123456789abcdef");
    await folder.write(manifestFile, bytesOf("tests/fixtures/checkpoints/model-copy-1.json"));
    const hub = { kind: "hub", id: "me/quants", revision: "main", endpoint: "https://hub.test" } as const;
    const entries = await cache.list();
    expect(entries).toMatchObject([{ name: "me/quants", usable: false, note: words("cache/older"), bytes: 93 }]);
    expect(await cache.newest(hub, quantizationConfig)).toBeNull();
    expect(await cache.newest({ ...hub, file: "a.gguf" }, quantizationConfig)).toBeNull();
    expect(await cache.find("hub:https://hub.test/me/quants@abc1234", quantizationConfig)).toBeNull();
    expect(await cache.usable("0123456789abcdef0123456789abcdef")).toBeNull();
    await cache.delete(entries[0]?.id as string);
    expect(await cache.list()).toEqual([]);
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
    expect((await store(cache)).reason).toEqual(words("cache/full"));
    expect(directory.children.size).toBe(0);
  });

  it("is not begun where there is no room", async () => {
    const { cache, directory } = setUp({ usageBytes: 50, quotaBytes: 100 });
    expect((await store(cache)).reason).toEqual(words("cache/no-room"));
    expect(directory.children.size).toBe(0);
  });
});

describe("copies of one address", () => {
  const hub = { kind: "hub", id: "me/quants", revision: "main", endpoint: "https://hub.test" } as const;
  const commit = "abc1234";
  const storeFrom = async (cache: ModelCache, from: ModelSource, at = commit) => {
    const key = from.kind === "hub" ? hubKey(from, at) : JSON.stringify(from);
    const making = { id: await entryId(key, quantizationConfig), key, source: from, held: quantizationConfig, expectedBytes: 77 };
    const files = { ...(await openModelFiles(source)), commit: from.kind === "hub" ? at : null };
    await cache.storing(making, async (writer) => {
      if ("reason" in writer) throw new Error(writer.reason.key);
      await collect(writer.tee(all()));
      return writer.finish(files, { fingerprint: "cafe0001", codes: undefined });
    });
    return making.id;
  };

  it("are told apart by their file while the hub does not answer", async () => {
    const { cache } = setUp();
    const a = await storeFrom(cache, { ...hub, file: "a.gguf" });
    expect((await cache.newest({ ...hub, file: "a.gguf" }, quantizationConfig))?.id).toBe(a);
    for (const other of [hub, { ...hub, file: "b.gguf" }, { ...hub, file: "A.gguf" }, { ...hub, file: "sub/a.gguf" }])
      expect(await cache.newest(other, quantizationConfig)).toBeNull();
    const far = { kind: "url", name: "m", baseUrl: "https://x.test/m/", file: "a.gguf" } as const;
    const atUrl = await storeFrom(cache, far);
    expect((await cache.newest(far, quantizationConfig))?.id).toBe(atUrl);
    expect(await cache.newest({ ...far, file: "b.gguf" }, quantizationConfig)).toBeNull();
  });

  it("of another endpoint, revision, id or form are not taken either, nor that of another commit than the one named", async () => {
    const { cache } = setUp();
    const id = await storeFrom(cache, hub);
    expect((await cache.newest(hub, quantizationConfig))?.id).toBe(id);
    for (const change of [{ endpoint: "https://mirror.test" }, { revision: "v2" }, { id: "me/quants2" }, { commit: "fff9999" }])
      expect(await cache.newest({ ...hub, ...change }, quantizationConfig)).toBeNull();
    expect(await cache.newest(hub, { quantization: "int8" })).toBeNull();
    expect(await cache.newest(hub, { quantization: "int4", quantizeHead: true })).toBeNull();
  });

  it("are listed with the commit that they are of, so that the same files come again where one is damaged", async () => {
    const { cache } = setUp();
    await storeFrom(cache, hub);
    expect(await cache.list()).toMatchObject([{ source: { ...hub, commit }, usable: true }]);
  });

  it("the newest is taken of several commits", async () => {
    const { cache } = setUp();
    await storeFrom(cache, hub, "aaa1111");
    const second = await storeFrom(cache, hub, "bbb2222");
    expect((await cache.newest(hub, quantizationConfig))?.id).toBe(second);
  });
});
