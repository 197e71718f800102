// The report of a bench as Markdown tables: who was timed at what, what Atelier's stages and its engine did, and who is absent, and why.
import type { Absent, Timed } from "./contest.ts";
import { median } from "./statistics.ts";
import { tasks, type BatchShape, type TaskName } from "./shapes.ts";

export interface Round {
  readonly task: TaskName;
  readonly shape: string;
  readonly batch: BatchShape;
  readonly timed: readonly (Timed & { readonly license: string })[];
  readonly absent: readonly Absent[];
}

export interface Report {
  readonly date: string;
  readonly command: string;
  readonly machine: Readonly<Record<string, string | number | boolean>>;
  readonly options: object;
  readonly rounds: readonly Round[];
}

export const own = "Atelier";

export function tables(report: Report): string {
  const machine = Object.entries(report.machine).map(([name, value]) => `${name} ${value}`);
  return [
    `${report.date}: \`${report.command}\``,
    machine.join(" · "),
    timesTable(report.rounds),
    comparedTable(report.rounds),
    stagesTable(report.rounds),
    countsTable(report.rounds),
    absentTable(report.rounds),
  ]
    .filter((part) => part !== "")
    .join("\n\n")
    .concat("\n");
}

function timesTable(rounds: readonly Round[]): string {
  const rows = rounds.flatMap(({ task, shape, timed }) => {
    const ours = timed.find(({ name }) => name === own);
    return timed.map((one) => [
      shape,
      task,
      one.name,
      rate(task, one.best),
      rate(task, one.median),
      `${(one.spread * 100).toFixed(0)}%`,
      ours && one !== ours ? `${times(one.best / ours.best)} / ${times(one.median / ours.median)}` : "",
      one.first.length > 1 ? times(median(one.first) / one.median) : "",
    ]);
  });
  const head = ["shape", "task", "who", "best", "median", "spread", `${own} is … as fast (best / median)`, "first turns, × median"];
  return markdown(head, rows);
}

function comparedTable(rounds: readonly Round[]): string {
  const rows = rounds.flatMap(({ task, shape, timed }) =>
    timed.map(({ name, version, license, compared }) => [shape, task, `${name} ${version}`.trim(), license, compared]),
  );
  return markdown(["shape", "task", "who", "licence", "what was compared"], rows);
}

interface StageDetails {
  readonly matmulGflops?: number;
  readonly stages?: Readonly<Record<string, { readonly ms: number; readonly gflops: number; readonly shareOfMatmul: number }>>;
}

function stagesTable(rounds: readonly Round[]): string {
  const rows = rounds.flatMap(({ shape, timed }) => {
    const { stages = {}, matmulGflops = Number.NaN } = detailsOf<StageDetails>(timed);
    return Object.entries(stages).map(([stage, { ms, gflops, shareOfMatmul }]) => [
      shape,
      stage,
      figure(ms),
      figure(gflops),
      `${(shareOfMatmul * 100).toFixed(0)}% of ${figure(matmulGflops)}`,
    ]);
  });
  return markdown(["shape", "stage of a step (a layer, or all)", "ms", "GFLOP/s", "share of the engine's MatMul rate"], rows);
}

interface CountDetails {
  readonly counts?: Readonly<Record<string, number>>;
  readonly memory?: { readonly allocatedBytes: number };
}

/** What the counts are of. */
const countedAs = {
  train: "a step",
  prompt: "a prompt",
  decode: "a token",
  batched: "a token of each",
  load: "a load and a token",
} as const satisfies Record<TaskName, string>;

function countsTable(rounds: readonly Round[]): string {
  const rows = rounds.flatMap(({ task, shape, timed }) => {
    const { counts, memory } = detailsOf<CountDetails>(timed);
    if (!counts) return [];
    const of = (name: string): string => figure(counts[name] ?? Number.NaN);
    const bytes = (name: string): string => kilobytes(counts[name] ?? Number.NaN);
    return [
      [
        shape,
        `${task}, ${countedAs[task]}`,
        of("runs"),
        of("nodes"),
        of("dispatches"),
        of("submits"),
        `${of("uploads")} (${bytes("uploadedBytes")})`,
        `${of("readbacks")} (${bytes("readBytes")})`,
        of("copies"),
        `${of("buffers")} (${bytes("bufferBytes")})`,
        memory ? `${(memory.allocatedBytes / 2 ** 20).toFixed(0)} MiB` : "",
      ],
    ];
  });
  const head = ["runs", "nodes", "dispatches", "submits", "uploads", "readbacks", "copies", "buffers made", "allocated"];
  return markdown(["shape", `${own}, per`, ...head], rows);
}

function absentTable(rounds: readonly Round[]): string {
  const rows = rounds.flatMap(({ task, shape, absent }) => absent.map(({ name, reason }) => [shape, task, name, reason]));
  return markdown(["shape", "task", "not timed", "why"], rows);
}

function detailsOf<T extends object>(timed: Round["timed"]): Partial<T> {
  return timed.find(({ name }) => name === own)?.details ?? {};
}

/** Tokens count per second, all else in milliseconds. */
export function rate(task: TaskName, ms: number): string {
  return tasks[task].unit === "token" ? `${figure(1000 / ms)} tok/s` : `${figure(ms)} ms`;
}

const times = (factor: number): string => `× ${factor.toFixed(2)}`;

/** Three digits that count. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return "–";
  return value === 0 || Math.abs(value) >= 100 ? value.toFixed(0) : Number(value.toPrecision(3)).toString();
}

const kilobytes = (bytes: number): string => `${figure(bytes / 1000)} kB`;

/** Empty where there is no row. */
export function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll(/\s+/g, " ")).join(" | ")} |`;
  return [line(head), `|${head.map(() => "---").join("|")}|`, ...rows.map(line)].join("\n");
}
