// `npm run bench`: times Atelier and what it is compared with, by turns in one run, and prints Markdown tables; JSON and tables also go
// into a folder.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ViteDevServer } from "vite";
import { loadCatalog } from "../../src/language/languages.ts";
import { Speaker } from "../../src/language/speaker.ts";
import { openBrowser, type Browser } from "./browser.ts";
import { contest, type Absent, type Seat } from "./contest.ts";
import { installPeers } from "./install-peers.ts";
import { availableGiB, describeMachine } from "./machine.ts";
import { modelFile } from "./model-file.ts";
import { helpText, parseOptions, UsageError, type BenchOptions } from "./options.ts";
import { about, obstacle, peers, type PeerName } from "./peers.ts";
import { inPage, inProcess } from "./seats.ts";
import { promptOf, shapes, type Case, type Shape, type TaskName } from "./shapes.ts";
import { own, tables, type Report, type Round } from "./table.ts";

const here = fileURLToPath(new URL("./", import.meta.url));

/** Returns the exit code: 0, 1 where Atelier itself could not be timed at something, 2 where the command is wrong. */
export async function main(argv: readonly string[], server: ViteDevServer): Promise<number> {
  try {
    const options = parseOptions(argv);
    if (options === "help") process.stdout.write(helpText());
    else if (options === "install-peers") return installPeers(here);
    else return await bench(options, argv, server);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    return 2;
  }
}

async function bench(options: BenchOptions, argv: readonly string[], server: ViteDevServer): Promise<number> {
  const speaker = new Speaker("en", await loadCatalog("en"));
  const folder = mkdtempSync(join(tmpdir(), "atelier-bench-model-"));
  const browser = await openBrowser(server);
  try {
    const machine = await describeMachine(browser, speaker);
    if (options.requireGpu && machine.fallback !== false)
      throw new UsageError("There is no GPU: WebGPU computes on the CPU here, or not at all.");
    const command = ["npm run -s bench", ...(argv.length > 0 ? ["--", ...argv] : [])].join(" ");
    const rounds: Round[] = [];
    const report: Report = { date: new Date().toISOString().slice(0, 10), command, machine: machine.said, options, rounds };
    for (const shape of shapes.filter(({ name }) => options.shapes.includes(name))) {
      const model = join(folder, `${shape.name}.gguf`);
      writeFileSync(model, modelFile(shape));
      for (const task of options.only) {
        rounds.push(await playRound(task, shape, { options, browser, speaker, model }));
        write(report, options.out);
      }
    }
    process.stdout.write(tables(report));
    return rounds.every(({ absent }) => absent.every(({ name }) => name !== own)) ? 0 : 1;
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** After every round: a bench takes long, and may be cut off. */
function write(report: Report, folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "bench.json"), `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(join(folder, "bench.md"), tables(report));
}

interface Surroundings {
  readonly options: BenchOptions;
  readonly browser: Browser;
  readonly speaker: Speaker;
  /** Path of the shape's file. */
  readonly model: string;
}

async function playRound(task: TaskName, shape: Shape, around: Surroundings): Promise<Round> {
  const { options } = around;
  const batch = options.batch ?? shape.batch;
  const kind = { task, shape: shape.name, batch };
  const refused = whyNot(shape);
  if (refused !== null) return { ...kind, timed: [], absent: [{ name: own, reason: refused }] };
  const { provider, quantization, promptTokens, newTokens } = options;
  const asked: Case = { task, shape: { ...shape, batch }, provider, quantization, prompt: promptOf(promptTokens), newTokens };
  const obstacles = options.peers.map((name) => ({ name, reason: obstacle(name, task) }));
  const seats = [
    seatOf(null, asked, around),
    ...obstacles.filter(({ reason }) => reason === null).map(({ name }) => seatOf(name, asked, around)),
  ];
  console.error(`${shape.name} ${task}: ${seats.map(({ name }) => name).join(", ")}`);
  const { timed, absent } = await contest(seats, options);
  return {
    ...kind,
    timed: timed.map((one) => ({ ...one, ...about(one.name) })),
    absent: [...absent, ...obstacles.filter((one): one is Absent & { name: PeerName } => one.reason !== null)],
  };
}

function whyNot({ leastFreeGiB }: Shape): string | null {
  const free = availableGiB();
  return free >= leastFreeGiB ? null : `It takes ${leastFreeGiB} GiB of free memory; ${free.toFixed(1)} GiB are free.`;
}

/** @param name null: Atelier */
function seatOf(name: PeerName | null, asked: Case, { browser, speaker, model, options }: Surroundings): Seat {
  const { context } = browser;
  if (name === null) return inPage({ name: own, asked, settings: {}, model, context, speaker, url: browser.url(null) });
  const peer: { readonly place: string; readonly script: string; readonly settings?: object } = peers[name];
  const seated = { name, asked, settings: peer.settings ?? {}, model };
  if (peer.place === "page") return inPage({ ...seated, context, speaker, url: browser.url(peer.script) });
  const command = peer.place === "node" ? process.execPath : options.python;
  return inProcess({ ...seated, command, args: [join(here, "peers", peer.script)] });
}
