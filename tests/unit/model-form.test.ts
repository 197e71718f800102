// Claim: what is typed to load a model is checked before anything is asked for, and a token goes with hub models only.
import { beforeEach, describe, expect, it } from "vitest";
import { defaultEndpoint } from "../../src/config/model-source.ts";
import { editModelForm, endpointHost, readAddress, tokenFor, useModelForm } from "../../src/state/model-form.ts";

beforeEach(() => editModelForm({ address: "", token: "", endpoint: defaultEndpoint }));

describe("the form of a model", () => {
  it("reads ids on the endpoint that is typed", () => {
    editModelForm({ endpoint: "https://mirror.example" });
    expect(readAddress("a/b")).toMatchObject({ kind: "hub", id: "a/b", endpoint: "https://mirror.example" });
    expect(endpointHost("https://mirror.example")).toBe("mirror.example");
  });

  it("says what is wrong until something else is typed", () => {
    expect(readAddress("nothing")).toBeNull();
    expect(useModelForm.getState().error?.code).toBe("source/invalid-id");
    editModelForm({ address: "a/b" });
    expect(useModelForm.getState().error).toBeNull();
    editModelForm({ endpoint: "nowhere" });
    expect([readAddress("a/b"), endpointHost("nowhere")]).toEqual([null, undefined]);
    expect(useModelForm.getState().error?.code).toBe("source/invalid-endpoint");
  });

  it("gives its token to hub models only", () => {
    expect(tokenFor({ kind: "hub", id: "a/b", revision: "main", endpoint: defaultEndpoint })).toBeUndefined();
    editModelForm({ token: " hf_x " });
    expect(tokenFor({ kind: "hub", id: "a/b", revision: "main", endpoint: defaultEndpoint })).toBe("hf_x");
    expect(tokenFor({ kind: "url", name: "a", baseUrl: "https://x.org/" })).toBeUndefined();
    expect(tokenFor({ kind: "bundled" })).toBeUndefined();
  });
});
