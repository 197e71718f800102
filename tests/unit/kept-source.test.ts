// Claim: a model that is read several times comes over the network once, bit for bit; nothing of it stays, whatever happens; and
// where there is no room it is read from where it is.
import { afterEach, describe, expect, it } from "vitest";
import { parseModelAddress } from "../../src/config/model-source.ts";
import { withKeptSource, type KeepParts } from "../../src/session/models/kept-source.ts";
import { openModelFiles } from "../../src/sources/open-model-files.ts";
import { failureOf } from "../support/errors.ts";
import { HubServer } from "../support/hub-server.ts";
import { MemoryDirectory } from "../support/memory-directory.ts";
import { the } from "../support/the.ts";
import { tinyConfig, tinyWeights } from "../support/tiny-model.ts";

const weights = new Uint8Array(tinyWeights());
const content = { "config.json": JSON.stringify(tinyConfig), "model.safetensors": weights, "tokenizer.json": "{}" };

let server: HubServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

async function hub() {
  server = await HubServer.start(content, {});
  return parseModelAddress(server.id, server.endpoint);
}

/** @param taken folders whose lock another tab holds */
function parts(directory = new MemoryDirectory(), quotaBytes = 1e9, taken: readonly string[] = []) {
  const withLock: KeepParts["withLock"] = (name, _mode, work) => work(!taken.some((id) => name.endsWith(id)));
  return { directory, withLock, space: async () => ({ usageBytes: 0, quotaBytes }) };
}

const fetched = (): number => the(server).asked.filter(({ path }) => path.endsWith("model.safetensors")).length;

describe("a kept source", () => {
  it("is fetched once for as many reads as there are, and gone at the end", async () => {
    const source = await hub();
    const { directory, ...rest } = parts();
    await withKeptSource(source, {}, { directory, ...rest }, async (kept) => {
      const once = fetched();
      expect(kept.kind).toBe("files");
      for (let time = 0; time < 3; time++) {
        const files = await openModelFiles(kept);
        const read = async (name: string) => (await files.open(name))?.read(0, 1e9);
        expect(Buffer.from(the(await read("model.safetensors"))).equals(Buffer.from(weights))).toBe(true);
        expect(new TextDecoder().decode(await read("config.json"))).toBe(content["config.json"]);
        // Weights are read without it.
        expect(await files.open("tokenizer.json")).toBeNull();
      }
      expect(fetched()).toBe(once);
      expect(await directory.folders()).toHaveLength(1);
    });
    expect(await directory.folders()).toEqual([]);
  });

  it("leaves nothing where its use fails, or where its bytes are not what the hub announces", async () => {
    const source = await hub();
    const { directory, ...rest } = parts();
    const use = (): Promise<never> => Promise.reject(new Error("in use"));
    await expect(withKeptSource(source, {}, { directory, ...rest }, use)).rejects.toThrow("in use");
    the(server).fail("model.safetensors", { kind: "corrupt", at: 5000 });
    const failure = await failureOf(() => withKeptSource(source, {}, { directory, ...rest }, async () => undefined));
    expect(failure.code).toBe("model/file-corrupted");
    expect(await directory.folders()).toEqual([]);
  });

  it("is the source itself without room, without a disk to write to, and where the files are here already", async () => {
    const source = await hub();
    const full = new MemoryDirectory({ freeBytes: 1000 });
    for (const given of [parts(new MemoryDirectory(), 1000), parts(full), null])
      expect(await withKeptSource(source, {}, given, async (kept) => kept)).toBe(source);
    expect(await full.folders()).toEqual([]);
    const own = { kind: "files", name: "own", files: [] } as const;
    expect(await withKeptSource(own, {}, parts(), async (kept) => kept)).toBe(own);
  });

  it("sweeps what a tab that died has left, and leaves alone what another tab uses", async () => {
    const source = await hub();
    const directory = new MemoryDirectory();
    for (const id of ["dead", "used"]) await directory.createFolder(id);
    await withKeptSource(source, {}, parts(directory, 1e9, ["used"]), async () => undefined);
    expect(await directory.folders()).toEqual(["used"]);
  });
});
