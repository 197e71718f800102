// The most memory that the page's process has held, as Linux counts it: what a user's task manager would show, with
// everything in it (JavaScript, WebAssembly, the browser's own). Null where there is no /proc.
import { readdirSync, readFileSync } from "node:fs";

/** Peak resident bytes of the largest renderer process among this process's descendants. */
export function peakPageBytes(): number | null {
  const peaks = descendants(process.pid).filter(isRenderer).map(peakBytes);
  return peaks.length > 0 ? Math.max(...peaks) : null;
}

function descendants(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const pid of processes()) {
    const parent = Number(/^PPid:\s+(\d+)/m.exec(read(pid, "status"))?.[1] ?? -1);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const all: number[] = [];
  const waiting = [root];
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    const own = children.get(pid) ?? [];
    all.push(...own);
    waiting.push(...own);
  }
  return all;
}

function processes(): number[] {
  try {
    return readdirSync("/proc").map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

function isRenderer(pid: number): boolean {
  return read(pid, "cmdline").includes("--type=renderer");
}

function peakBytes(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(read(pid, "status"))?.[1] ?? 0) * 1024;
}

/** Empty for a process that has ended. */
function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
