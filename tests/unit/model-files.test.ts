import { afterEach, describe, expect, it, vi } from "vitest";
import { optionalJson, requireFile, requireJson, type ModelFiles } from "../../src/sources/model-files.ts";
import { openModelFiles, type OpenOptions } from "../../src/sources/open-model-files.ts";
import { filesOfModel } from "../../src/state/picked-folder.ts";
import { failureOf } from "../support/errors.ts";

const patience = { firstPauseMs: 1, longestPauseMs: 100, stallMs: 1000 };
const far = { kind: "url", name: "far model", baseUrl: "https://example.org/a/b/" } as const;

/** What a server answers, whatever is asked. */
function served(answer: () => Response | Promise<Response>, options: OpenOptions = {}): Promise<ModelFiles> {
  vi.stubGlobal("fetch", async () => answer());
  return openModelFiles(far, { patience, ...options });
}

const text = (body: string, headers: Record<string, string> = {}, status = 200) => new Response(body, { status, headers });
const picked = (files: readonly File[]) => openModelFiles({ kind: "files", name: "my folder", files });

afterEach(() => vi.unstubAllGlobals());

describe("files of a model at an address", () => {
  it("are asked for below it, once", async () => {
    const asked: string[] = [];
    vi.stubGlobal("fetch", async (url: string) => {
      asked.push(url);
      return text("{}");
    });
    const files = await openModelFiles(far);
    await requireJson(files, "config.json");
    await requireJson(files, "config.json");
    await requireJson(files, "a b/c.json");
    expect(asked).toEqual(["https://example.org/a/b/config.json", "https://example.org/a/b/a%20b/c.json"]);
  });

  it("are named after the file, where one holds the whole model: a folder may have several", async () => {
    expect((await openModelFiles({ ...far, file: "q4.gguf" })).name).toBe("far model/q4.gguf");
  });

  it("are asked for without a token", async () => {
    const seen: unknown[] = [];
    vi.stubGlobal("fetch", async (_url: string, init: RequestInit) => {
      seen.push(init.headers);
      return text("{}");
    });
    await requireJson(await openModelFiles(far, { token: "secret" }), "config.json");
    expect(JSON.stringify(seen)).not.toContain("secret");
  });

  it("report progress where the length is announced", async () => {
    const seen: number[] = [];
    const files = await served(() => text("12345678", { "content-length": "8" }), {
      onDownload: ({ bytesDone, bytesTotal }) => seen.push(bytesDone / bytesTotal),
    });
    expect((await requireFile(files, "x")).size).toBe(8);
    expect(seen.at(-1)).toBe(1);
  });

  it.each([
    ["404", () => text("gone", {}, 404)],
    ["the start page of an app", () => text("<!doctype html>", { "content-type": "text/html; charset=utf-8" })],
    ["a part of that page", () => text("<!doctype html>", { "content-type": "text/html", "content-range": "bytes 0-14/15" }, 206)],
  ])("are missing where the server answers %s, and the file is named", async (_name, answer) => {
    const failure = await failureOf(async () => requireFile(await served(answer), "tokenizer.json"));
    expect(failure.code).toBe("model/file-missing");
    expect(failure.message).toContain("tokenizer.json");
    expect(await optionalJson(await served(answer), "generation_config.json")).toBeUndefined();
  });

  it.each([
    ["model/download-failed", () => text("oops", {}, 500), "500"],
    ["model/download-failed", () => text("teapot", {}, 418), "418"],
    ["model/download-failed", () => Promise.reject(new TypeError("Failed to fetch")), "config.json"],
    ["model/file-truncated", () => text("12345", { "content-length": "9" }), "5 of 9"],
    ["model/file-truncated", brokenOff, "after 3 bytes"],
    ["model/file-invalid", () => text('{"model_type": "lla'), "config.json"],
    ["model/file-invalid", () => text(""), "config.json"],
  ])("%s", async (code, answer, names) => {
    const failure = await failureOf(async () => requireJson(await served(answer), "config.json"));
    expect(failure.code).toBe(code);
    expect(failure.message).toContain(names);
  });

  it("are not there for a computer that is offline", async () => {
    vi.stubGlobal("navigator", { onLine: false });
    const failure = await failureOf(async () => requireJson(await served(() => Promise.reject(new TypeError("x"))), "config.json"));
    expect(failure.code).toBe("model/offline");
  });

  it("that arrive compressed are not measured against their compressed length", async () => {
    const files = await served(() => text("123456789", { "content-length": "3", "content-encoding": "gzip" }));
    expect((await requireFile(files, "x")).size).toBe(9);
  });
});

describe("files that were picked", () => {
  it("are found by name and read in parts", async () => {
    const source = await requireFile(await picked([new File(["abcdef"], "model.safetensors")]), "model.safetensors");
    expect(new TextDecoder().decode(await source.read(2, 4))).toBe("cd");
    expect((await source.read(4, 99)).byteLength).toBe(2);
  });

  it("name the folder and the file that is missing", async () => {
    const failure = await failureOf(async () => requireFile(await picked([]), "config.json"));
    expect(failure.code).toBe("model/file-missing");
    expect(failure.message).toContain("my folder has no config.json");
  });

  it("hold a whole model where one is a GGUF file and none is config.json", async () => {
    const gguf = new File(["GGUF"], "tiny.Q4_K_M.gguf");
    expect((await picked([gguf])).wholeModel).toBe("tiny.Q4_K_M.gguf");
    expect((await picked([gguf, new File(["{}"], "config.json")])).wholeModel).toBeNull();
  });

  it.each([
    ["two whole models", ["tiny.Q4_0.gguf", "tiny.Q8_0.gguf"], /tiny\.Q4_0\.gguf and tiny\.Q8_0\.gguf/],
    ["two files of one name", ["config.json", "model.safetensors", "model.safetensors"], /two files named model\.safetensors/],
  ])("are refused where they are %s: no one can know which is meant", async (_name, names, says) => {
    const failure = await failureOf(() => picked(names.map((name) => new File(["x"], name))));
    expect(failure.code).toBe("model/several-files");
    expect(failure.message).toMatch(says);
  });
});

describe("a folder that was picked", () => {
  const within = (...paths: readonly string[]) =>
    paths.map((path) => Object.defineProperty(new File(["{}"], path.split("/").at(-1) ?? ""), "webkitRelativePath", { value: path }));
  const pathsOf = (...paths: readonly string[]) => filesOfModel(within(...paths)).map(({ webkitRelativePath }) => webkitRelativePath);

  it("gives the files beside its own config.json, not those of checkpoints below", () => {
    const own = ["m/config.json", "m/model.safetensors"];
    expect(pathsOf("m/checkpoint-10/config.json", "m/checkpoint-10/model.safetensors", ...own, "m/onnx/config.json")).toEqual(own);
    expect(pathsOf("parent/m/config.json", "parent/m/model.safetensors", "parent/readme.md")).toEqual([
      "parent/m/config.json",
      "parent/m/model.safetensors",
    ]);
  });

  it("gives its GGUF file, and loose files as they are", () => {
    expect(pathsOf("m/a.gguf", "m/old/b.gguf")).toEqual(["m/a.gguf"]);
    // Node's File lacks the path, which is empty for such files in a browser.
    const loose = ["config.json", "model.safetensors"].map((name) =>
      Object.defineProperty(new File([], name), "webkitRelativePath", { value: "" }),
    );
    expect(filesOfModel(loose)).toEqual(loose);
    expect(filesOfModel([])).toEqual([]);
  });

  it("keeps the twins of two models side by side, which are refused then", async () => {
    const both = filesOfModel(within("p/a/config.json", "p/b/config.json"));
    expect(both).toHaveLength(2);
    expect((await failureOf(() => picked(both))).code).toBe("model/several-files");
  });
});

/** A connection that ends in the middle of a body. */
function brokenOff(): Response {
  let calls = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (calls++ === 0) controller.enqueue(new Uint8Array(3));
      else controller.error(new TypeError("network error"));
    },
  });
  return new Response(body);
}
