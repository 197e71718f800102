// Claim: after an installation that was killed, doubled or is broken in any other way, npm start, npm test and the headless command
// mend it or say in one line what is wrong and what to do; the network is blamed only where it is at fault.
import { chmodSync, readFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { hostname } from "node:os";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Checkout, nativePart, type Ended } from "../support/checkout.ts";

vi.setConfig({ testTimeout: 120_000 });

let checkout: Checkout;
beforeEach(() => {
  checkout = new Checkout();
});
afterEach(() => checkout[Symbol.dispose]());

/** Waits for a file. */
const comes = (path: string) => vi.waitFor(() => expect(checkout.has(path)).toBe(true), { timeout: 60_000, interval: 20 });
const isWaiting = "Another installation of the packages is under way here; waiting for its end …";

/** Begins a start, and goes on once it says that it waits. */
async function startThatWaits(): Promise<{ readonly ended: Promise<Ended> }> {
  return new Promise((resolve) => {
    const ended: Promise<Ended> = checkout.run("start", { onStderr: (text) => text.includes(isWaiting) && resolve({ ended }) });
  });
}

const waitForGo = "touch waiting; while [ ! -f go ]; do sleep 0.05; done";

function expectReady({ status, stdout, stderr }: Ended): void {
  expect(status, stderr).toBe(0);
  expect(stdout).toContain("Atelier is ready");
  expect(checkout.has("built")).toBe(true);
  expect(checkout.has(".atelier-installing")).toBe(false);
}

/** The one line of a failure, apart from the note that something is being installed. */
function lineOf({ status, stdout, stderr }: Ended): string {
  expect(status).toBe(1);
  expect(stdout).toBe("");
  const lines = stderr
    .trim()
    .split("\n")
    .filter((line) => !line.endsWith("Installing npm packages …"));
  expect(lines, stderr).toHaveLength(1);
  expect(stderr).not.toMatch(/^\s+at /m);
  return lines[0] ?? "";
}

describe("npm start", () => {
  it("installs nothing where all is there", async () => {
    checkout.install();
    expectReady(await checkout.run("start"));
    expect(checkout.calls).toEqual([]);
  });

  const broken: [string, () => void, RegExp][] = [
    ["nothing is installed", () => checkout.remove("node_modules"), /no packages yet/],
    ["npm was killed before its last file", () => checkout.remove("node_modules/.package-lock.json"), /was broken off/],
    ["npm was killed and left its last file of before", () => checkout.remove("node_modules/vite"), /vite is missing/],
    ["a package is cut off", () => checkout.write("node_modules/react/package.json", '{"name": "re'), /react is missing/],
    [
      "a package is of another version",
      () => checkout.write("node_modules/react/package.json", '{"version": "1.9.9"}'),
      /1\.9\.9, not 2\.0\.0/,
    ],
    ["the packages came from another system", () => checkout.remove(`node_modules/${nativePart}`), /another system/],
    [
      "an installation died although its packages look whole",
      () => checkout.write(".atelier-installing", JSON.stringify({ host: hostname(), pids: [999_999_999] })),
      /was broken off/,
    ],
  ];

  it.each(broken)("installs anew where %s", async (_name, breakIt, says) => {
    checkout.install();
    breakIt();
    checkout.goodNpm();
    const ended = await checkout.run("start");
    expectReady(ended);
    expect(ended.stderr).toMatch(says);
    expect(checkout.calls).toEqual(["ci --no-audit --no-fund --prefer-offline"]);
  });

  it("begins anew after it was killed together with npm, half-way", async () => {
    checkout.goodNpm(`mkdir -p node_modules; cp -R good/react good/.package-lock.json node_modules\n${waitForGo}`);
    const first = checkout.begin("start");
    await comes("waiting");
    const { pids } = JSON.parse(readFileSync(checkout.path(".atelier-installing"), "utf8")) as { pids: number[] };
    expect(pids[0]).toBe(first.pid);
    for (const pid of pids) process.kill(pid, "SIGKILL");
    await new Promise((done) => first.on("close", done));
    checkout.goodNpm();
    const ended = await checkout.run("start");
    expectReady(ended);
    expect(ended.stderr).toContain("was broken off");
  });

  it("waits for an installation that is under way, and installs once", async () => {
    checkout.goodNpm(waitForGo);
    const first = checkout.run("start");
    await comes("waiting");
    const second = await startThatWaits();
    checkout.write("go", "");
    expectReady(await first);
    const waited = await second.ended;
    expectReady(waited);
    expect(waited.stderr.trim()).toBe(isWaiting);
    expect(checkout.calls).toHaveLength(1);
  });

  it("waits for an npm that outlived the command that began it", async () => {
    checkout.goodNpm(waitForGo);
    const first = checkout.begin("start");
    await comes("waiting");
    first.kill("SIGKILL");
    const second = await startThatWaits();
    expect(checkout.calls).toHaveLength(1);
    checkout.write("go", "");
    // Nobody was left to see how it ended, so it is not relied on.
    expectReady(await second.ended);
    expect(checkout.calls).toHaveLength(2);
  });

  it("installs itself where the one that it waited for failed", async () => {
    checkout.npm(`${waitForGo}; echo "npm error code ENOSPC" >&2; exit 1`);
    const first = checkout.run("start");
    await comes("waiting");
    const second = await startThatWaits();
    checkout.goodNpm();
    checkout.write("go", "");
    expect(lineOf(await first)).toContain("disk is full");
    expectReady(await second.ended);
  });
});

describe("a failed installation is one line", () => {
  const cases: [string, RegExp][] = [
    ["ENOTFOUND", /registry cannot be reached \(ENOTFOUND\)/],
    ["EAI_AGAIN", /registry cannot be reached/],
    ["ECONNREFUSED", /registry cannot be reached/],
    ["ETIMEDOUT", /registry cannot be reached/],
    ["ERR_SOCKET_TIMEOUT", /registry cannot be reached/],
    ["SELF_SIGNED_CERT_IN_CHAIN", /certificate is not trusted/],
    ["E404", /registry refuses a package \(E404\)/],
    ["E401", /registry refuses/],
    ["EACCES", /\/some\/where cannot be written \(EACCES\)/],
    ["EROFS", /cannot be written/],
    ["ENOSPC", /disk is full/],
    ["EUSAGE", /does not fit package\.json/],
    ["EINTEGRITY", /other bytes/],
    ["ENOTEMPTY", /Something else changed node_modules/],
    ["EWHATEVER", /npm ci failed \(EWHATEVER\).*Delete the folder node_modules/],
  ];
  it.each(cases)("by npm's code %s", async (code, says) => {
    checkout.npm(`echo "npm warn old lockfile" >&2; echo "npm error code ${code}" >&2; echo "npm error path /some/where" >&2; exit 1`);
    const line = lineOf(await checkout.run("start"));
    expect(line).toMatch(says);
    expect(line).toMatch(/try again|npm config get registry/);
    expect(/registry cannot be reached/.test(line)).toBe(says.source.includes("cannot be reached"));
    expect(checkout.has(".atelier-installing")).toBe(false);
  });

  it("of npm before version 10 too", async () => {
    checkout.npm('echo "npm ERR! code ENOTFOUND" >&2; exit 1');
    expect(lineOf(await checkout.run("start"))).toContain("registry cannot be reached");
  });

  it("where npm gives no code, and where it ends well and has installed nothing", async () => {
    checkout.npm('echo "something odd" >&2; exit 7');
    expect(lineOf(await checkout.run("start"))).toContain("npm ci failed (exit code 7): something odd");
    checkout.npm("exit 0");
    expect(lineOf(await checkout.run("start"))).toContain("ended without an error, and yet: There are no packages yet.");
  });

  it("where npm is killed", async () => {
    checkout.npm("kill -9 $$");
    expect(lineOf(await checkout.run("start"))).toContain("The installation was broken off (SIGKILL).");
  });

  it("where there is no npm", async () => {
    checkout.remove("bin/npm");
    expect(lineOf(await checkout.run("start", { env: { PATH: checkout.path("bin") } }))).toContain("npm was not found");
  });

  it("where the folder cannot be written", async () => {
    chmodSync(checkout.root, 0o555);
    // The superuser may write everywhere; nobody may not.
    const line = lineOf(await checkout.run("start", process.getuid?.() === 0 ? { uid: 65_534 } : {}));
    chmodSync(checkout.root, 0o755);
    expect(line).toContain(`${checkout.root}/ cannot be written (EACCES).`);
  });

  it("for npm test", async () => {
    checkout.npm('echo "npm error code ENOTFOUND" >&2; exit 1');
    expect(lineOf(await checkout.run("test"))).toContain("registry cannot be reached");
  });

  it("not for the headless command where only what developing needs was left out", async () => {
    checkout.install();
    checkout.remove(`node_modules/${nativePart}`);
    checkout.remove("node_modules/react");
    expect((await checkout.run("headless")).stdout).not.toContain("not-installed");
    expect(checkout.calls).toEqual([]);
  });

  it("in the language of the system, or of --lang for the headless command", async () => {
    checkout.npm('echo "npm error code ENOTFOUND" >&2; exit 1');
    const ended = await checkout.run("start", { env: { LANG: "fr_FR.UTF-8" } });
    expect(ended.stderr).toContain("Il n’y a pas encore de paquets. Installation des paquets npm…");
    expect(ended.stderr).toContain("Le registre npm est injoignable (ENOTFOUND). Connectez cet ordinateur au réseau");
    const { stdout } = await checkout.run("headless", { args: ["chat", "--lang", "fr"] });
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code: "cli/not-installed", message: "Le registre npm est injoignable (ENOTFOUND)." },
    });
  });

  it.each([
    ['{ code: "EACCES", path: "/some/where" }', "/some/where cannot be written (EACCES)."],
    ['{ code: "EROFS" }', "This folder cannot be written (EROFS)."],
  ])("for the headless command where the server may not write: %s", async (thrown, message) => {
    checkout.install();
    checkout.write(
      "node_modules/vite/index.js",
      `export const createServer = () => Promise.reject(Object.assign(new Error("no"), ${thrown}));`,
    );
    const { status, stdout } = await checkout.run("headless");
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "cli/not-installed", message } });
  });

  it("for the headless command, and one JSON object", async () => {
    checkout.npm('echo "npm error code ENOTFOUND" >&2; exit 1');
    const { status, stdout, stderr } = await checkout.run("headless");
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      error: {
        code: "cli/not-installed",
        message: "The npm registry cannot be reached (ENOTFOUND).",
        hint: expect.stringMatching(/network/),
      },
    });
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

describe("what else keeps it from starting is one line", () => {
  it.each([
    ["cut off", "export const build = async ( => "],
    ["without a part of it", 'export { build } from "./no-such-part.js";'],
    ["without what it should export", 'export { build } from "node:fs";'],
  ])("a package that is there, but %s", async (_name, code) => {
    checkout.install();
    checkout.write("node_modules/vite/index.js", code);
    expect(lineOf(await checkout.run("start"))).toMatch(
      /^node_modules is damaged \(.+\)\. Delete the folder node_modules, then try again\.$/,
    );
  });

  it("a Node that is too old", async () => {
    checkout.write("old.cjs", 'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "18.20.4" } });');
    for (const command of ["start", "test"])
      expect(lineOf(await checkout.run(command, { node: ["--require", checkout.path("old.cjs")] }))).toMatch(
        /^Node\.js 18\.20\.4 is too old: Atelier needs 20 or newer\./,
      );
  });

  it("a port that is taken, before anything is built", async () => {
    checkout.install();
    const server = createServer();
    const port = await new Promise<number>((done) => server.listen(0, "localhost", () => done((server.address() as AddressInfo).port)));
    try {
      const line = lineOf(await checkout.run("start", { env: { PORT: String(port) } }));
      expect(line).toBe(
        `Port ${port} is in use, perhaps by another Atelier. End that one, or choose another port, as in PORT=${port + 1} npm start.`,
      );
      expect(checkout.has("built")).toBe(false);
    } finally {
      server.close();
    }
  });

  it.each(["", "eighty", "-1", "65536", "80.5"])("a port that is none: %j", async (port) => {
    checkout.install();
    expect(lineOf(await checkout.run("start", { env: { PORT: port } }))).toContain(`PORT is "${port}", which is no port.`);
  });
});
