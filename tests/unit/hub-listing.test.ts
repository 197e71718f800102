// Claim: a hub is asked once for a model's list of files, whoever uses the answer.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseModelAddress, type ModelSource } from "../../src/config/model-source.ts";
import { DataSession } from "../../src/session/data/data-session.ts";
import { requireJson } from "../../src/sources/model-files.ts";
import { openModelFiles, type OpenOptions } from "../../src/sources/open-model-files.ts";
import { commit, HubServer } from "../support/hub-server.ts";
import { the } from "../support/the.ts";
import { tinyModelFiles } from "../support/tiny-model.ts";

const patience = { firstPauseMs: 1, longestPauseMs: 10, stallMs: 2000 };
let server: HubServer | undefined;
beforeEach(async () => {
  const files = await Promise.all(tinyModelFiles().map(async (file) => [file.name, new Uint8Array(await file.arrayBuffer())] as const));
  server = await HubServer.start(Object.fromEntries(files));
});
afterEach(() => server?.stop());

const open = (options: OpenOptions = {}) =>
  openModelFiles(parseModelAddress(the(server).id, the(server).endpoint), { patience, ...options });

describe("files of a hub", () => {
  it("are found by a list that another has asked for, even in another worker, but not by that of another model", async () => {
    const lists = () => the(server).asked.filter(({ path }) => path === "api").length;
    const { listing } = await open();
    const given = structuredClone(the(listing));
    const again = await open({ listing: given });
    expect(await requireJson(again, "config.json")).toHaveProperty("model_type", "llama");
    expect(again.commit).toBe(commit);
    expect(lists()).toBe(1);
    const source = parseModelAddress(the(server).id, the(server).endpoint) as Extract<ModelSource, { kind: "hub" }>;
    await openModelFiles({ ...source, commit }, { patience, listing: given });
    expect(lists()).toBe(1);
    for (const other of [{ revision: "v1" }, { commit: "f".repeat(40) }, { id: "tiny/other" }, { endpoint: `${source.endpoint}/mirror` }])
      await openModelFiles({ ...source, ...other }, { patience, listing: given }).catch(() => undefined);
    expect(lists()).toBe(3);
  });

  it("are named as their address is written, with revision and file", async () => {
    const nameOf = async (address: string) => (await openModelFiles(parseModelAddress(address, the(server).endpoint), { patience })).name;
    for (const address of ["tiny/llama", "tiny/llama@v1", "tiny/llama:a.gguf", "tiny/llama@v1:q/a.gguf"])
      expect(await nameOf(address)).toBe(address);
  });

  it("bring a tokenizer to the data worker without another list", async () => {
    const { listing } = await open();
    const data = new DataSession();
    const hub = parseModelAddress(the(server).id, the(server).endpoint) as Extract<ModelSource, { kind: "hub" }>;
    await data.openTokenizer({ ...hub, commit }, undefined, undefined, listing);
    expect(the(server).asked.filter(({ path }) => path === "api")).toHaveLength(1);
    expect(the(server).requestsOf("tokenizer.json")).toHaveLength(1);
  });
});
