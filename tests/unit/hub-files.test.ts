// Claim: files come from a hub bit for bit, through every fault that passes; and a fault that does not pass is named by its code.
import { afterEach, describe, expect, it } from "vitest";
import { seededRandom } from "../../src/base/random.ts";
import { parseModelAddress, type ModelSource } from "../../src/config/model-source.ts";
import type { DownloadProgress } from "../../src/sources/download-meter.ts";
import { requireFile, requireJson } from "../../src/sources/model-files.ts";
import { openModelFiles, type OpenOptions } from "../../src/sources/open-model-files.ts";
import { failureOf } from "../support/errors.ts";
import { commit, HubServer, type Fault, type HubOptions } from "../support/hub-server.ts";
import { the } from "../support/the.ts";
import { english } from "../support/words.ts";

const random = seededRandom(7);
const weights = Uint8Array.from({ length: 100_000 }, () => random.uniform() * 256);
const content = { "config.json": '{"a": 1}', "empty.txt": "", "model.safetensors": weights };
const sizes = { openingBytes: 1000, windowBytes: 10_000, windowsKept: 3, asideBytes: 60_000, finishBytes: 20_000 };
const patience = { firstPauseMs: 1, longestPauseMs: 1500, stallMs: 2000 };

let server: HubServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

async function hub(options: HubOptions = {}): Promise<HubServer> {
  server = await HubServer.start(content, options);
  return server;
}

const byStart = (a = "", b = ""): number => Number(/\d+/.exec(a)) - Number(/\d+/.exec(b));

const open = (options: OpenOptions = {}, address?: string) =>
  openModelFiles(parseModelAddress(address ?? the(server).id, the(server).endpoint), { sizes, patience, ...options });

async function whole(options: OpenOptions = {}): Promise<Uint8Array> {
  const source = await requireFile(await open(options), "model.safetensors");
  return source.read(0, source.size);
}

describe("files of a hub", () => {
  it("are of one commit, and come in windows from the second origin", async () => {
    const { asked } = await hub();
    const files = await open({}, "tiny/llama@v1");
    expect([files.name, files.commit]).toEqual(["tiny/llama@v1", commit]);
    expect(await requireJson(files, "config.json")).toEqual({ a: 1 });
    expect((await requireFile(files, "empty.txt")).size).toBe(0);
    const source = await requireFile(files, "model.safetensors");
    expect(Buffer.from(await source.read(0, source.size)).equals(Buffer.from(weights))).toBe(true);
    expect(
      the(server)
        .requestsOf("model.safetensors")
        .map(({ range }) => range)
        .toSorted(byStart),
    ).toEqual([
      "bytes=0-999",
      ...Array.from({ length: 10 }, (_, at) => `bytes=${1000 + at * 10_000}-${Math.min(99_999, 10_999 + at * 10_000)}`),
    ]);
    expect(asked.filter(({ path }) => path === "api")).toHaveLength(1);
    expect(await files.finishChecks()).toEqual([]);
  });

  it("are read in any order with any bounds, one request for neighbours", async () => {
    await hub();
    const source = await requireFile(await open(), "model.safetensors");
    for (let round = 0; round < 60; round++) {
      const start = Math.floor(random.uniform() * weights.length);
      const end = start + Math.floor(random.uniform() * 25_000);
      expect(Buffer.from(await source.read(start, end)).equals(Buffer.from(weights.subarray(start, end)))).toBe(true);
    }
    const before = the(server).requestsOf("model.safetensors").length;
    for (let at = 50_000; at < 51_000; at += 10) await source.read(at, at + 10);
    expect(the(server).requestsOf("model.safetensors").length - before).toBeLessThanOrEqual(2);
  });

  it("that are not there are told from the list, without asking", async () => {
    const { asked } = await hub();
    expect(await (await open()).open("chat_template.jinja")).toBeNull();
    expect(asked).toHaveLength(1);
  });

  it("tell what has come, file by file and in total", async () => {
    await hub();
    const seen: DownloadProgress[] = [];
    const files = await open({ onDownload: (progress) => seen.push(progress) });
    await requireJson(files, "config.json");
    const source = await requireFile(files, "model.safetensors");
    await source.read(0, source.size);
    await source.read(0, source.size);
    const last = the(seen.at(-1));
    expect(last.files).toEqual([
      { name: "config.json", bytesDone: 8, bytesTotal: 8, whole: false },
      { name: "model.safetensors", bytesDone: 100_000, bytesTotal: 100_000, whole: false },
    ]);
    expect([last.bytesDone, last.bytesTotal]).toEqual([100_008, 100_008]);
  });
});

describe("a token", () => {
  it("opens a gated model, and goes to the endpoint's own origin only", async () => {
    const { asked } = await hub({ token: "hf_secret" });
    expect(await whole({ token: "hf_secret" })).toHaveLength(100_000);
    expect(asked.filter(({ host }) => host === "hub").every(({ authorization }) => authorization === "Bearer hf_secret")).toBe(true);
    const far = asked.filter(({ host }) => host === "cdn");
    expect([far.length > 0, far.every(({ authorization }) => authorization === undefined)]).toEqual([true, true]);
  });

  it.each([undefined, "hf_secret_but_wrong"])("%s that does not open it is told so, and is not in the error", async (token) => {
    await hub({ token: "hf_right" });
    const failure = await failureOf(() => whole({ token }));
    expect(failure.code).toBe("hub/gated");
    expect(failure.hint).toContain(token === undefined ? "paste a token" : "Accept the licence");
    expect(JSON.stringify(failure)).not.toContain("secret");
  });

  it("is not sent where it could be read on the way", async () => {
    const source = { kind: "hub", id: "a/b", revision: "main", endpoint: "http://example.org" } satisfies ModelSource;
    const failure = await failureOf(() => openModelFiles(source, { token: "hf_secret" }));
    expect(failure.code).toBe("source/token-in-the-open");
    expect(JSON.stringify(failure)).not.toContain("secret");
  });
});

const passing: readonly (readonly [string, Fault, number])[] = [
  ["a cut connection", { kind: "cut", after: 2500 }, 1],
  ["a connection that is cut again and again, but gets further", { kind: "cut", after: 3000 }, 12],
  ["a server that is busy", { kind: "status", status: 503 }, 3],
  ["a limit that says how long", { kind: "status", status: 429, headers: { "Retry-After": "1" } }, 1],
  ["a limit that does not", { kind: "status", status: 429 }, 2],
];

describe("faults that pass", () => {
  it.each(passing)("%s costs nothing but time", async (_name, fault, times) => {
    await hub();
    the(server).fail("model.safetensors", fault, { skip: 2, times });
    expect(Buffer.from(await whole()).equals(Buffer.from(weights))).toBe(true);
  });

  it("a cut connection goes on at the byte it reached", async () => {
    (await hub()).fail("model.safetensors", { kind: "cut", after: 2500 }, { skip: 1, times: 1 });
    const seen: string[] = [];
    await whole({ onDownload: ({ waiting }) => seen.push(english.text(waiting ?? "")) });
    expect(
      the(server)
        .requestsOf("model.safetensors")
        .map(({ range }) => range),
    ).toContain("bytes=3500-10999");
    expect(seen).toContainEqual(
      expect.stringMatching(/^Cannot fetch all of model\.safetensors: .* after 3,500 of 100,000 bytes, .* Trying again in 1 second\.$/),
    );
  });

  it("a pause that is asked for is kept", async () => {
    (await hub()).fail("api", { kind: "status", status: 429, headers: { "Retry-After": "1" } }, { times: 1 });
    const since = performance.now();
    await open();
    expect(performance.now() - since).toBeGreaterThan(900);
  });

  it("a server without ranges sends the whole, and the progress says so", async () => {
    (await hub()).fail("model.safetensors", { kind: "no-ranges" });
    let last: DownloadProgress | undefined;
    expect(Buffer.from(await whole({ onDownload: (progress) => (last = progress) })).equals(Buffer.from(weights))).toBe(true);
    expect(the(last).files).toContainEqual({ name: "model.safetensors", bytesDone: 100_000, bytesTotal: 100_000, whole: true });
  });

  it("headers that a page is not shown are not needed", async () => {
    (await hub()).fail("model.safetensors", { kind: "bare" });
    expect(Buffer.from(await whole()).equals(Buffer.from(weights))).toBe(true);
    await the(server).stop();
    (await hub({ bareListing: true })).fail("model.safetensors", { kind: "bare" });
    expect(Buffer.from(await whole()).equals(Buffer.from(weights))).toBe(true);
  });
});

const lasting: readonly (readonly [string, string, Fault, { skip?: number; times?: number }, string])[] = [
  ["a connection that never gets further", "model.safetensors", { kind: "cut", after: 0 }, { skip: 1 }, "model/file-truncated"],
  ["a server that stays broken", "model.safetensors", { kind: "status", status: 500 }, {}, "model/download-failed"],
  ["a limit that lasts", "model.safetensors", { kind: "status", status: 429 }, {}, "hub/rate-limited"],
  [
    "a limit that asks for too long a pause",
    "api",
    { kind: "status", status: 429, headers: { "Retry-After": "90" } },
    {},
    "hub/rate-limited",
  ],
  ["a refusal", "model.safetensors", { kind: "status", status: 403 }, {}, "hub/access-denied"],
  ["a list that is refused", "api", { kind: "status", status: 401 }, {}, "hub/access-denied"],
  ["a file that is shorter than listed", "model.safetensors", { kind: "short", by: 10 }, {}, "model/wrong-size"],
  ["a damaged byte", "model.safetensors", { kind: "corrupt", at: 54_321 }, {}, "model/file-corrupted"],
  ["a damaged small file", "config.json", { kind: "corrupt", at: 6 }, {}, "model/file-corrupted"],
  ["another version half way", "model.safetensors", { kind: "other-etag" }, { skip: 3 }, "model/file-changed"],
  ["a file that goes away half way", "model.safetensors", { kind: "status", status: 404 }, { skip: 3 }, "model/file-changed"],
  ["a file that is listed and not there", "model.safetensors", { kind: "status", status: 404 }, {}, "model/file-missing"],
  ["other bytes than asked for", "model.safetensors", { kind: "shifted" }, { skip: 1 }, "model/download-failed"],
];

describe("faults that last", () => {
  it.each(lasting)("%s is named", async (_name, path, fault, when, code) => {
    (await hub()).fail(path, fault, when);
    const failure = await failureOf(async () => {
      const files = await open();
      await requireJson(files, "config.json");
      const source = await requireFile(files, "model.safetensors");
      await source.read(0, source.size);
    });
    expect(failure.code).toBe(code);
    expect(failure.message).toMatch(/config\.json|model\.safetensors|list of files/);
    expect(failure.hint).not.toBe("");
    expect(JSON.stringify(failure)).not.toContain("signature=");
  });

  it("a damaged byte is found in a body without ranges too", async () => {
    (await hub()).fail("model.safetensors", { kind: "corrupt", at: 5, whole: true });
    expect((await failureOf(() => whole())).code).toBe("model/file-corrupted");
  });

  it.each([
    ["tiny/other", "hub/model-not-found"],
    ["tiny/llama@v9", "hub/revision-not-found"],
  ])("%s is not found: %s", async (address, code) => {
    await hub();
    expect((await failureOf(() => open({}, address))).code).toBe(code);
  });

  it("nobody at the endpoint is said after five tries", async () => {
    const { endpoint } = await hub();
    await the(server).stop();
    const failure = await failureOf(() => openModelFiles(parseModelAddress("a/b", endpoint), { patience }));
    expect(failure.code).toBe("model/download-failed");
    expect(failure.message).toContain("localhost");
  });
});

describe("the checksum", () => {
  it("holds for parts that are read out of order", async () => {
    (await hub()).fail("model.safetensors", { kind: "corrupt", at: 30_000 });
    const files = await open();
    const source = await requireFile(files, "model.safetensors");
    const failure = await failureOf(async () => {
      await source.read(60_000, 100_000);
      await source.read(0, 45_000);
      await files.finishChecks();
    });
    expect(failure.code).toBe("model/file-corrupted");
  });

  it("that would need too much kept aside is given up, and said", async () => {
    await hub();
    const files = await open({ sizes: { ...sizes, asideBytes: 15_000 } });
    const source = await requireFile(files, "model.safetensors");
    await source.read(60_000, 100_000);
    expect(Buffer.from(await source.read(0, 60_000)).equals(Buffer.from(weights.subarray(0, 60_000)))).toBe(true);
    expect(await files.finishChecks()).toEqual(["model.safetensors"]);
  });
});

describe("cancelling", () => {
  it.each([
    ["a slow body", { kind: "slow", ms: 100 }],
    ["a wait", { kind: "status", status: 429, headers: { "Retry-After": "1" } }],
  ] as const)("ends %s at once", async (_name, fault) => {
    (await hub()).fail("model.safetensors", fault);
    const cancel = new AbortController();
    const reading = failureOf(() => whole({ signal: cancel.signal }));
    setTimeout(() => cancel.abort(), 150);
    const since = performance.now();
    expect((await reading).code).toBe("load/cancelled");
    expect(performance.now() - since).toBeLessThan(800);
  });

  it("a connection that brings nothing is broken off and tried again", async () => {
    (await hub()).fail("model.safetensors", { kind: "slow", ms: 500 }, { skip: 1, times: 1 });
    expect(await whole({ patience: { ...patience, stallMs: 200 } })).toHaveLength(100_000);
  });
});
