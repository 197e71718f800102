import { afterEach, describe, expect, it, vi } from "vitest";
import { modelFiles, optionalJson, requireFile, requireJson } from "../../src/session/model-files.ts";
import { failureOf } from "../support/errors.ts";

/** What a server answers, whatever is asked. */
function served(answer: () => Response | Promise<Response>): ReturnType<typeof modelFiles> {
  vi.stubGlobal("fetch", async () => answer());
  return modelFiles({ kind: "url", name: "far model", baseUrl: "https://example.org/model/" });
}

const text = (body: string, headers: Record<string, string> = {}, status = 200) => new Response(body, { status, headers });
const picked = (files: readonly File[]) => modelFiles({ kind: "files", name: "my folder", files });

afterEach(() => vi.unstubAllGlobals());

describe("files of a model at an address", () => {
  it("are asked for below it", async () => {
    const asked: string[] = [];
    vi.stubGlobal("fetch", async (url: URL) => {
      asked.push(url.href);
      return text("{}");
    });
    await requireJson(modelFiles({ kind: "url", name: "m", baseUrl: "https://example.org/a/b/" }), "config.json");
    expect(asked).toEqual(["https://example.org/a/b/config.json"]);
  });

  it("report progress where the length is announced", async () => {
    const seen: number[] = [];
    const source = await requireFile(
      served(() => text("12345678", { "content-length": "8" })),
      "x",
      (fraction) => seen.push(fraction),
    );
    expect(source.size).toBe(8);
    expect(seen.at(-1)).toBe(1);
  });

  it.each([
    ["404", () => text("gone", {}, 404)],
    ["the start page of an app", () => text("<!doctype html>", { "content-type": "text/html; charset=utf-8" })],
  ])("are missing where the server answers %s, and the file is named", async (_name, answer) => {
    const failure = await failureOf(() => requireFile(served(answer), "tokenizer.json"));
    expect(failure.code).toBe("model/file-missing");
    expect(failure.message).toContain("tokenizer.json");
    expect(await optionalJson(served(answer), "generation_config.json")).toBeUndefined();
  });

  it.each([
    ["model/download-failed", () => text("oops", {}, 500), "500"],
    ["model/download-failed", () => Promise.reject(new TypeError("Failed to fetch")), "config.json"],
    ["model/file-truncated", () => text("12345", { "content-length": "9" }), "5 of 9"],
    ["model/file-truncated", brokenOff, "after 3 bytes"],
    ["model/file-invalid", () => text('{"model_type": "lla'), "config.json"],
    ["model/file-invalid", () => text(""), "config.json"],
  ])("%s", async (code, answer, names) => {
    const failure = await failureOf(() => requireJson(served(answer), "config.json"));
    expect(failure.code).toBe(code);
    expect(failure.message).toContain(names);
  });

  it("that arrive compressed are not measured against their compressed length", async () => {
    const source = await requireFile(
      served(() => text("123456789", { "content-length": "3", "content-encoding": "gzip" })),
      "x",
    );
    expect(source.size).toBe(9);
  });
});

describe("files that were picked", () => {
  it("are found by name and read in parts", async () => {
    const source = await requireFile(picked([new File(["abcdef"], "model.safetensors")]), "model.safetensors");
    expect(new TextDecoder().decode(await source.read(2, 4))).toBe("cd");
    expect((await source.read(4, 99)).byteLength).toBe(2);
  });

  it("name the folder and the file that is missing", async () => {
    const failure = await failureOf(() => requireFile(picked([]), "config.json"));
    expect(failure.code).toBe("model/file-missing");
    expect(failure.message).toContain("my folder has no config.json");
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
