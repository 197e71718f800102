// Copies of models in the browser's own file system: the second load gives the same bits, and what is wrong with a copy is said.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LoadProgress, LoadRequest, ModelInfo } from "../../src/protocol/models-api.ts";
import { cacheVersion } from "../../src/session/models/cache-manifest.ts";
import { DataSession } from "../../src/session/data/data-session.ts";
import { EngineSession } from "../../src/session/engine-session.ts";
import { words } from "../../src/words/message.ts";
import { failureOf } from "../support/errors.ts";
import { tinyGguf } from "../support/gguf-model.ts";
import { tinyModelFiles, tinyTokenizer } from "../support/tiny-model.ts";
import { english } from "../support/words.ts";

const source = { kind: "files", name: "tiny", files: tinyModelFiles() } as const;
const hub = { kind: "hub", id: "me/tiny", revision: "main", endpoint: "https://hub.test" } as const;
const commit = "0123456789abcdef0123456789abcdef01234567";
const session = new EngineSession();
const told: LoadProgress[] = [];

async function load(changes: Partial<LoadRequest> = {}): Promise<ModelInfo> {
  told.length = 0;
  return session.load({ source, quantization: "int4", provider: "wasm", ...changes }, (progress) => void told.push(progress));
}

const logits = (): Promise<Float32Array> => session.logits([1, 70, 80, 90], null);

async function clear(): Promise<void> {
  for (const { id } of (await session.cachedModels()).entries) await session.deleteCached(id);
}

async function folderOf(id: string | undefined): Promise<FileSystemDirectoryHandle> {
  const models = await (await navigator.storage.getDirectory()).getDirectoryHandle("models");
  return models.getDirectoryHandle(id ?? "none");
}

async function change(id: string | undefined, file: string, act: (bytes: Uint8Array<ArrayBuffer>) => BufferSource): Promise<void> {
  const handle = await (await folderOf(id)).getFileHandle(file);
  const changed = act(new Uint8Array(await (await handle.getFile()).arrayBuffer()));
  const stream = await handle.createWritable();
  await stream.write(changed);
  await stream.close();
}

/** A hub that holds a model, until the line is cut. */
function hubAnswers(files: readonly File[] = source.files): { cut: () => void; readonly asked: string[] } {
  const asked: string[] = [];
  let isCut = false;
  vi.stubGlobal("fetch", (url: string | URL) => {
    const { pathname } = new URL(url);
    asked.push(pathname);
    if (isCut) return Promise.reject(new TypeError("Failed to fetch"));
    if (pathname.startsWith("/api/"))
      return Promise.resolve(Response.json({ sha: commit, siblings: files.map(({ name }) => ({ rfilename: name })) }));
    const file = files.find(({ name }) => pathname.endsWith(`/${name}`));
    return Promise.resolve(
      file ? new Response(file, { headers: { "content-type": "application/octet-stream" } }) : new Response(null, { status: 404 }),
    );
  });
  return { cut: () => void (isCut = true), asked };
}

beforeEach(clear);
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe("a model that was loaded once", () => {
  it.each([
    ["int4", {}],
    ["int4 with its head", { quantizeHead: true }],
    ["int8", { quantization: "int8" }],
    ["nf4", { quantization: "nf4" }],
    ["f16", { quantization: "f16" }],
    ["f32", { quantization: "none" }],
  ] as const)("gives the same bits from its copy in %s", async (_name, changes) => {
    const first = await load(changes);
    expect(first.cache).toMatchObject({ state: "stored" });
    const expected = await logits();
    const second = await load(changes);
    expect(second.cache).toEqual({ state: "from-cache", id: first.cache.id });
    expect(await logits()).toEqual(expected);
    expect({ ...second, cache: first.cache }).toEqual(first);
  });

  it("loads by its copy alone, the tokenizer in the data worker too", async () => {
    const { cache } = await load();
    const gone = { ...source, files: [] };
    expect((await load({ source: gone, cached: cache.id as string })).cache.state).toBe("from-cache");
    const data = new DataSession();
    await data.openTokenizer(gone, undefined, cache.id);
    expect((await failureOf(() => data.openTokenizer(gone))).code).toBe("model/file-missing");
  });

  it("is listed with its size, and gone once it is deleted", async () => {
    const { cache } = await load();
    const before = await session.cachedModels();
    expect(before.entries).toMatchObject([{ id: cache.id, name: "tiny", quantization: "int4", usable: true }]);
    expect(before.quotaBytes).toBeGreaterThan(before.usageBytes);
    await session.deleteCached(cache.id as string);
    const after = await session.cachedModels();
    expect(after.entries).toEqual([]);
    expect(after.usageBytes).toBeLessThanOrEqual(before.usageBytes - (before.entries[0]?.bytes ?? Infinity));
    expect((await failureOf(() => load({ cached: cache.id as string }))).code).toBe("cache/missing");
  });

  it("leaves nothing where that was asked for", async () => {
    expect((await load({ useCache: false })).cache).toEqual({ state: "not-stored", reason: words("cache/not-asked") });
    expect((await session.cachedModels()).entries).toEqual([]);
  });
});

describe("a copy that is damaged", () => {
  it.each([
    ["by one bit", "weights-0000", (bytes: Uint8Array<ArrayBuffer>) => bytes.map((byte, at) => (at === 99 ? byte ^ 1 : byte))],
    ["by its end missing", "weights-0000", (bytes: Uint8Array<ArrayBuffer>) => bytes.slice(0, -5)],
    ["in its tokenizer", "tokenizer.json", (bytes: Uint8Array<ArrayBuffer>) => bytes.map((byte, at) => (at === 9 ? byte ^ 1 : byte))],
  ] as const)("%s is deleted, said, and made again", async (_name, file, damage) => {
    const { cache } = await load();
    const expected = await logits();
    await change(cache.id, file, damage);
    const again = await load();
    expect(again.cache).toMatchObject({ state: "stored", id: cache.id });
    expect(english.text(again.cache.reason ?? "")).toContain(`damaged: ${file}`);
    expect(told.some(({ detail }) => english.text(detail).includes("damaged"))).toBe(true);
    expect(await logits()).toEqual(expected);
    expect((await load()).cache).toEqual({ state: "from-cache", id: cache.id });
  });

  it("and has no source left is refused", async () => {
    const { cache } = await load();
    await change(cache.id, "weights-0000", (bytes) => bytes.slice(1));
    expect((await failureOf(() => load({ source: { ...source, files: [] }, cached: cache.id as string }))).code).toBe("cache/damaged");
  });
});

describe("a copy", () => {
  it("whose writing was cut off does not count", async () => {
    const { cache } = await load();
    await (await folderOf(cache.id)).removeEntry("manifest.json");
    expect((await load()).cache.state).toBe("stored");
    await (await folderOf(cache.id)).removeEntry("manifest.json");
    expect((await session.cachedModels()).entries).toEqual([]);
    expect((await failureOf(() => folderOf(cache.id))).message).toContain("could not be found");
  });

  it("of a newer version is listed and left alone", async () => {
    const { cache } = await load();
    await change(cache.id, "manifest.json", (bytes) =>
      new TextEncoder().encode(new TextDecoder().decode(bytes).replace(`"version":${cacheVersion}`, `"version":${cacheVersion + 1}`)),
    );
    expect((await load()).cache).toMatchObject({ state: "not-stored", reason: words("cache/other-version") });
    expect((await session.cachedModels()).entries).toMatchObject([{ usable: false, note: words("cache/newer") }]);
  });

  it("that does not fit on the disk costs nothing but itself", async () => {
    vi.spyOn(FileSystemWritableFileStream.prototype, "write").mockRejectedValue(new DOMException("full", "QuotaExceededError"));
    const info = await load();
    expect(info.cache).toEqual({ state: "not-stored", reason: words("cache/full") });
    expect(await logits()).toHaveLength(264);
    expect((await session.cachedModels()).entries).toEqual([]);
  });
});

describe("a model of a hub", () => {
  it("loads from its copy while the hub cannot be reached, and says so", async () => {
    const line = hubAnswers();
    const online = await load({ source: hub });
    expect(online).toMatchObject({ commit, cache: { state: "stored" } });
    const expected = await logits();
    line.asked.length = 0;
    expect((await load({ source: hub })).cache.state).toBe("from-cache");
    expect(line.asked).toEqual(["/api/models/me/tiny/revision/main"]);
    line.cut();
    const offline = await load({ source: hub });
    expect(english.text(offline.cache.reason ?? "")).toMatch(/^offline: using the copy of \w+ \d+, \d{4}$/);
    expect(offline.commit).toBe(commit);
    expect(await logits()).toEqual(expected);
    line.asked.length = 0;
    expect((await load({ source: { ...hub, commit } })).cache.state).toBe("from-cache");
    expect(line.asked).toEqual([]);
    expect((await failureOf(() => load({ source: { ...hub, revision: "v2" } }))).code).toBe("model/download-failed");
  });
});

describe("two GGUF files of one repository", () => {
  const template = "{% for m in messages %}{{ m.role }}: {{ m.content }}<|end|>{% endfor %}";
  const ofFile = (file: string) => ({ source: { ...hub, file }, quantization: "int8" }) as const;
  const rendered = async (data: DataSession) => {
    await data.parse(new File(['{"prompt": "Hi", "completion": "and"}'], "x.jsonl"), () => undefined);
    const [preview] = await data.preview(0, 1, { seqLength: 64, turns: "all" });
    return (preview?.rows?.[0] ?? []).map(({ text }) => text).join("");
  };

  it("are two models: b after a gives b's logits, tokenizer and copy, with a network and without", async () => {
    const [a, b] = [await tinyGguf("F16"), await tinyGguf("F16", { seed: 2, template })];
    const named = [new File([a], "a.gguf"), new File([b], "b.gguf")];
    const expected = [];
    for (const file of [a, b]) {
      await load({ source: { kind: "files", name: "x", files: [file] }, quantization: "int8", useCache: false });
      expected.push(await logits());
    }
    expect(expected[0]).not.toEqual(expected[1]);

    const line = hubAnswers(named);
    for (const state of ["stored", "from-cache"] as const) {
      for (const [at, { name }] of named.entries()) {
        const info = await load(ofFile(name));
        expect(info.cache.state).toBe(state);
        expect(await logits()).toEqual(expected[at]);
        const data = new DataSession();
        await data.openTokenizer({ ...hub, file: name }, undefined, info.cache.id);
        expect((await rendered(data)).startsWith(at === 0 ? "<|start|>user\nHi<|end|>" : "user: Hi<|end|>")).toBe(true);
      }
    }
    expect((await session.cachedModels()).entries.length).toBe(2);

    line.cut();
    expect((await load(ofFile("a.gguf"))).cache.reason?.key).toBe("cache/offline");
    expect(await logits()).toEqual(expected[0]);
    expect((await failureOf(() => load(ofFile("c.gguf")))).code).toBe("model/download-failed");
  });
});

describe("a chat template in chat_template.json", () => {
  it("is still there when the model comes from its copy", async () => {
    const template = "{% for m in messages %}{{ m.content }}<|end|>{% endfor %}";
    const { config } = tinyTokenizer();
    const files = tinyModelFiles({
      "tokenizer_config.json": JSON.stringify({ ...config, chat_template: undefined }),
      "chat_template.json": JSON.stringify({ chat_template: template }),
    });
    const request = { source: { kind: "files", name: "wrapped", files } } as const;
    expect(await load(request)).toMatchObject({ hasChatTemplate: true, cache: { state: "stored" } });
    expect(await load(request)).toMatchObject({ hasChatTemplate: true, cache: { state: "from-cache" } });
  });
});
