// The options of `npm run bench`. A tool for developers: it speaks English.
import { parseArgs } from "node:util";
import { requestedQuantizations } from "../../src/config/quantizations.ts";
import { executionProviders, type ExecutionProvider } from "../../src/protocol/execution-providers.ts";
import { peerNames, type PeerName } from "./peers.ts";
import { shapeNames, taskNames, type BatchShape, type TaskName } from "./shapes.ts";

export interface BenchOptions {
  readonly provider: ExecutionProvider;
  readonly shapes: readonly string[];
  readonly only: readonly TaskName[];
  readonly peers: readonly PeerName[];
  readonly quantization: string;
  readonly repeats: number;
  readonly warmMs: number;
  readonly leastMs: number;
  readonly limitMs: number;
  /** Undefined: that of the shape. */
  readonly batch: BatchShape | undefined;
  readonly promptTokens: number;
  readonly newTokens: number;
  readonly python: string;
  readonly out: string;
  readonly requireGpu: boolean;
}

export class UsageError extends Error {}

const table = {
  ep: { type: "string", default: "wasm", help: `${executionProviders.join("|")}: where Atelier, and what can, computes` },
  shapes: { type: "string", default: shapeNames.join(","), help: "what is timed" },
  only: { type: "string", default: taskNames.join(","), help: "tasks" },
  peers: { type: "string", default: "all", help: `all, none, or some of ${peerNames.join(",")}` },
  quant: { type: "string", default: "as-published", help: "how Atelier holds the file's Q4_0 and Q8_0" },
  repeats: { type: "string", default: "5", help: "turns of each contestant" },
  warm: { type: "string", default: "3", help: "seconds of warm-up" },
  turn: { type: "string", default: "0.5", help: "least seconds of a turn" },
  limit: { type: "string", default: "180", help: "seconds after which a contestant is given up" },
  batch: { type: "string", help: "rows x tokens of a training step, e.g. 4x512, instead of the shape's own" },
  "prompt-tokens": { type: "string", default: "64", help: "tokens of a prompt" },
  "new-tokens": { type: "string", default: "64", help: "tokens that are decoded" },
  python: { type: "string", default: "python3", help: "a Python that has PyTorch" },
  out: { type: "string", default: "test-results/bench", help: "folder for bench.json and bench.md" },
  "require-gpu": { type: "boolean", help: "refuse a WebGPU adapter that computes on the CPU" },
  "install-peers": { type: "boolean", help: "fetch the packages that it is compared with into tests/bench, and do nothing else" },
  help: { type: "boolean", help: "this list" },
} as const;

export function helpText(): string {
  const rows = Object.entries(table).map(([name, option]) => {
    const standard = "default" in option ? ` [${option.default}]` : "";
    return `  --${name}${option.type === "string" ? " …" : ""}`.padEnd(24) + option.help + standard;
  });
  return `npm run -s bench -- [options]\n\n${rows.join("\n")}\n`;
}

/** @throws UsageError naming the option */
export function parseOptions(argv: readonly string[]): BenchOptions | "help" | "install-peers" {
  const values = read(argv);
  const given = (name: keyof typeof table): string => values[name] as string;
  if (values["help"] === true) return "help";
  if (values["install-peers"] === true) return "install-peers";
  const provider = oneOf("ep", executionProviders, given("ep"));
  if (values["require-gpu"] === true && provider === "wasm") throw new UsageError("--require-gpu is for --ep webgpu.");
  return {
    provider,
    shapes: listOf("shapes", shapeNames, given("shapes")),
    only: listOf("only", taskNames, given("only")),
    peers: given("peers") === "all" ? peerNames : given("peers") === "none" ? [] : listOf("peers", peerNames, given("peers")),
    quantization: oneOf("quant", requestedQuantizations, given("quant")),
    repeats: number("repeats", given("repeats"), 1, true),
    warmMs: number("warm", given("warm"), 0) * 1000,
    leastMs: number("turn", given("turn"), 0) * 1000,
    limitMs: number("limit", given("limit"), 1) * 1000,
    batch: values["batch"] === undefined ? undefined : batchOf(given("batch")),
    promptTokens: number("prompt-tokens", given("prompt-tokens"), 1, true),
    // The first one belongs to the prompt: a rate takes another.
    newTokens: number("new-tokens", given("new-tokens"), 2, true),
    python: given("python"),
    out: given("out"),
    requireGpu: values["require-gpu"] === true,
  };
}

function read(argv: readonly string[]): Readonly<Record<string, string | boolean | undefined>> {
  try {
    return parseArgs({ args: [...argv], options: table }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function oneOf<T extends string>(name: string, known: readonly T[], value: string): T {
  const found = known.find((one) => one === value);
  if (found === undefined) throw new UsageError(`--${name} knows ${known.join(", ")}, not "${value}".`);
  return found;
}

/** Each once, in the order of the table. */
function listOf<T extends string>(name: string, known: readonly T[], value: string): readonly T[] {
  const asked = new Set(value.split(",").map((one) => oneOf(name, known, one.trim())));
  return known.filter((one) => asked.has(one));
}

function number(name: string, value: string, least: number, isWhole = false): number {
  const parsed = Number(value);
  if (value.trim() === "" || !Number.isFinite(parsed) || parsed < least || (isWhole && !Number.isInteger(parsed)))
    throw new UsageError(`--${name} takes a ${isWhole ? "whole " : ""}number of at least ${least}, not "${value}".`);
  return parsed;
}

function batchOf(value: string): BatchShape {
  const [, rows, tokens] = /^([1-9]\d*)x([1-9]\d*)$/.exec(value) ?? [];
  if (rows === undefined || tokens === undefined) throw new UsageError(`--batch takes rows x tokens, such as 4x512, not "${value}".`);
  return { rows: Number(rows), tokens: Number(tokens) };
}
