// Claim: what people write for a model is read as they mean it, and a mistake is named before anything is fetched.
import { describe, expect, it } from "vitest";
import { isReadableOnTheWay, parseEndpoint, parseModelAddress } from "../../src/config/model-source.ts";
import { failureOf } from "../support/errors.ts";

const hub = { kind: "hub", endpoint: "https://huggingface.co" };

describe("an id or address", () => {
  it.each([
    ["HuggingFaceTB/SmolLM2-135M-Instruct", { ...hub, id: "HuggingFaceTB/SmolLM2-135M-Instruct", revision: "main" }],
    [" a/b ", { ...hub, id: "a/b", revision: "main" }],
    ["a/b.c_d-e@refs/pr/1", { ...hub, id: "a/b.c_d-e", revision: "refs/pr/1" }],
    ["a/b:q4/x.gguf", { ...hub, id: "a/b", revision: "main", file: "q4/x.gguf" }],
    ["a/b@v1:X.GGUF", { ...hub, id: "a/b", revision: "v1", file: "X.GGUF" }],
    ["https://huggingface.co/a/b", { ...hub, id: "a/b", revision: "main" }],
    ["https://huggingface.co/a/b/tree/v2", { ...hub, id: "a/b", revision: "v2" }],
    ["https://huggingface.co/a/b/blob/main/x.gguf", { ...hub, id: "a/b", revision: "main", file: "x.gguf" }],
    ["https://huggingface.co/a/b/tree/main/", { ...hub, id: "a/b", revision: "main" }],
    ["https://huggingface.co/a/b/blob/main/model.safetensors", { ...hub, id: "a/b", revision: "main" }],
    ["https://huggingface.co/a/b/resolve/main/q4/x.gguf", { ...hub, id: "a/b", revision: "main", file: "q4/x.gguf" }],
    ["https://x.org/models/tiny", { kind: "url", name: "tiny", baseUrl: "https://x.org/models/tiny/" }],
    ["http://x.org/", { kind: "url", name: "x.org", baseUrl: "http://x.org/" }],
    ["https://x.org/m/model.safetensors", { kind: "url", name: "m", baseUrl: "https://x.org/m/" }],
    ["https://x.org/m/a%20b.gguf", { kind: "url", name: "m", baseUrl: "https://x.org/m/", file: "a b.gguf" }],
  ])("%s is read", (text, expected) => expect(parseModelAddress(text)).toEqual(expected));

  it.each(["", "gpt2", "a/b/c", "a/b@", "a/../b", "a/b@../x", "a/-b", "a/b--c", "a b/c", "a/b:model.safetensors", "/etc/passwd"])(
    "%j is no id",
    async (text) => expect((await failureOf(() => parseModelAddress(text))).code).toBe("source/invalid-id"),
  );

  it.each(["tree/main/small", "tree/main/a%20b/c", "blob/main/small/config.json", "resolve/v1/onnx/model.safetensors"])(
    "that means a folder of a repository (%s) is refused, not read as the repository",
    async (path) => {
      const failure = await failureOf(() => parseModelAddress(`https://huggingface.co/a/b/${path}`));
      expect(failure.code).toBe("source/subfolder");
    },
  );

  it.each(["ftp://x.org/m", "https://", "https://user:secret@x.org/m", "https://x.org/m?token=secret"])(
    "%s is no address",
    async (text) => {
      const failure = await failureOf(() => parseModelAddress(text));
      expect(failure.code).toBe("source/invalid-url");
      expect(failure.message).not.toContain("secret");
    },
  );
});

describe("an endpoint", () => {
  it("is an origin, with a path where a mirror has one", () => {
    expect(parseEndpoint("https://mirror.example/hub/")).toBe("https://mirror.example/hub");
    expect(parseModelAddress("a/b", "http://localhost:8000/")).toMatchObject({ endpoint: "http://localhost:8000" });
  });

  it("that is no web address is refused", async () => {
    for (const text of ["", "huggingface.co", "file:///x", "https://x.org?y"])
      expect((await failureOf(() => parseEndpoint(text))).code).toBe("source/invalid-endpoint");
  });

  it("without encryption is told apart, except on this computer", () => {
    expect(["https://x.org", "http://localhost:1", "http://127.0.0.1", "http://x.org"].map(isReadableOnTheWay)).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });
});
