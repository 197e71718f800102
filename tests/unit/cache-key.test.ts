// Claim: the key of a stored model is another for everything that decides its bytes or its tokenizer, and the same for the same.
import { describe, expect, it } from "vitest";
import { entryId, smallFiles, sourceKey } from "../../src/session/models/cache-manifest.ts";
import { openModelTokenizer } from "../../src/session/models/model-parts.ts";
import { openModelFiles } from "../../src/sources/open-model-files.ts";
import { tinyModelFiles } from "../support/tiny-model.ts";

const source = { kind: "files", name: "tiny", files: tinyModelFiles() } as const;
const quantizationConfig = { quantization: "int4", quantizeHead: false } as const;

describe("the key of a source", () => {
  const dated = (files: readonly File[], lastModified = 5) => files.map((file) => new File([file], file.name, { lastModified }));
  const keyOf = async (files: readonly File[], weights: readonly string[] = ["model.safetensors"]) => {
    const picked = { kind: "files", name: "tiny", files } as const;
    return sourceKey(picked, await openModelFiles(picked), weights, "auto");
  };

  it("is the same for the same files, whatever their order", async () => {
    const files = dated(tinyModelFiles());
    expect(await keyOf(files)).toEqual(await keyOf(files.toReversed()));
    expect(await keyOf(files)).toHaveProperty("key");
  });

  it.each(smallFiles)("is another where %s is edited or comes beside the same weights", async (name) => {
    const before = dated(tinyModelFiles());
    const edited = dated(tinyModelFiles({ [name]: '{"edited": true}' }));
    expect(await keyOf(edited)).not.toEqual(await keyOf(before));
  });

  it("is another for other weights of the same size, time and beginning", async () => {
    const size = 3_000_000;
    const weights = (at: number) => {
      const bytes = new Uint8Array(size);
      bytes[at] = 1;
      return bytes;
    };
    const keys = [0, (1 << 20) + 7, 2_000_000, size - 1].map(async (at) =>
      keyOf(dated(tinyModelFiles({ "model.safetensors": weights(at) }))),
    );
    const found = (await Promise.all(keys)).map((key) => JSON.stringify(key));
    expect(new Set(found).size).toBe(4);
  });

  it("is another for another time, another name and another list of files", async () => {
    const files = tinyModelFiles();
    const key = await keyOf(dated(files));
    expect(await keyOf(dated(files, 6))).not.toEqual(key);
    const bytes = files.find(({ name }) => name === "model.safetensors") as File;
    const shard = (name: string) => new File([bytes], name, { lastModified: 5 });
    const two = [...dated(files), shard("a.safetensors"), shard("b.safetensors")];
    const keys = [["a.safetensors"], ["b.safetensors"], ["a.safetensors", "b.safetensors"]].map((weights) => keyOf(two, weights));
    expect(new Set((await Promise.all(keys)).map((found) => JSON.stringify(found))).size).toBe(3);
  });

  it("does not confuse names that hold its own separators", async () => {
    const file = (name: string, text: string) => new File([text], name, { lastModified: 5 });
    const files = [file("a|b", "x"), file("a", "x"), file("b", "x"), file('a","b', "x")];
    const lists = [["a|b"], ["a", "b"], ['a","b'], ["b", "a"]].map((weights) => keyOf(files, weights));
    expect(new Set((await Promise.all(lists)).map((found) => JSON.stringify(found))).size).toBe(4);
  });

  it("of a hub is endpoint, repository, commit and file, whatever the revision", async () => {
    const hub = { kind: "hub", id: "a/b", revision: "main", endpoint: "https://hub.test" } as const;
    const files = { ...(await openModelFiles(source)), commit: "abc1234" };
    const key = await sourceKey(hub, files, [], "auto");
    expect(await sourceKey({ ...hub, revision: "v1" }, files, [], "auto")).toEqual(key);
    const others = [
      { ...hub, file: "a.gguf" },
      { ...hub, file: "b.gguf" },
      { ...hub, file: "B.gguf" },
      { ...hub, file: "sub/a.gguf" },
      { ...hub, endpoint: "https://hub.test/mirror" },
      { ...hub, endpoint: "http://hub.test" },
      { ...hub, id: "A/b" },
      { ...hub, id: "a/b2" },
    ];
    const keys = await Promise.all([
      ...others.map((other) => sourceKey(other, files, [], "auto")),
      sourceKey(hub, { ...files, commit: "abc1235" }, [], "auto"),
    ]);
    expect(new Set([key, ...keys].map((found) => JSON.stringify(found))).size).toBe(others.length + 2);
  });

  it("of an address holds the address and its file, also where servers send equal bytes", async () => {
    const files = await openModelFiles({ ...source, files: dated(tinyModelFiles()) });
    const url = { kind: "url", name: "u", baseUrl: "https://x.test/" } as const;
    const sources = [url, { ...url, file: "a.gguf" }, { ...url, file: "b.gguf" }, { ...url, baseUrl: "https://y.test/" }];
    const keys = await Promise.all(sources.map((one) => sourceKey(one, files, ["model.safetensors"], "auto")));
    expect(new Set(keys.map((found) => JSON.stringify(found))).size).toBe(4);
  });

  it("leads to another folder in every form of the weights", async () => {
    const ids = await Promise.all(
      [quantizationConfig, { quantization: "int8" }, { quantization: "int4", quantizeHead: true }, { quantization: "nf4" }].map((how) =>
        entryId("key", how as typeof quantizationConfig),
      ),
    );
    expect(new Set(ids).size).toBe(4);
  });

  it("does not exist where nothing tells versions apart", async () => {
    const picked = await openModelFiles(source);
    const open: typeof picked.open = async (file) => {
      const opened = await picked.open(file);
      return opened && { ...opened, version: undefined };
    };
    const files = { ...picked, open };
    expect(await sourceKey({ kind: "url", name: "u", baseUrl: "https://x.test/" }, files, ["model.safetensors"], "auto")).toHaveProperty(
      "reason",
    );
  });
});

describe("what is read of a model beside its weights", () => {
  it("is kept with a copy and part of its key", async () => {
    const asked = new Set<string>();
    const picked = await openModelFiles(source);
    await openModelTokenizer({ ...picked, open: (file) => (asked.add(file), picked.open(file)) });
    expect([...asked].filter((file) => !(smallFiles as readonly string[]).includes(file))).toEqual([]);
  });
});
