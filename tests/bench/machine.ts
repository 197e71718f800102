// The machine that a bench ran on, as far as it tells.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, freemem, platform, release, totalmem } from "node:os";
import type { Speaker } from "../../src/language/speaker.ts";
import type { EngineReport } from "../../src/protocol/diagnostics-api.ts";
import type { Browser } from "./browser.ts";

interface Machine {
  readonly said: Readonly<Record<string, string | number>>;
  /** Whether WebGPU's adapter computes on the CPU; null where there is none. */
  readonly fallback: boolean | null;
}

declare global {
  interface Window {
    /** Of Atelier's page. */
    benchProbe?: () => Promise<EngineReport>;
  }
}

export async function describeMachine({ context, url }: Browser, speaker: Speaker): Promise<Machine> {
  const page = await context.newPage();
  await page.goto(url(null));
  await page.waitForFunction(() => window.benchProbe !== undefined);
  const { webgpu, wasm } = await page.evaluate(() => window.benchProbe?.() ?? Promise.reject(new Error("There is no probe.")));
  await page.close();
  const { stdout } = spawnSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" });
  const adapter = webgpu.adapter === null ? "none" : speaker.text(webgpu.adapter);
  return {
    said: {
      cpu: `${cpus()[0]?.model ?? "unknown"}, ${cpus().length} threads`,
      memory: `${(totalmem() / 2 ** 30).toFixed(0)} GiB`,
      system: `${platform()} ${release()}`,
      Chromium: context.browser()?.version() ?? "unknown",
      Node: process.version,
      "WASM threads": wasm.threads,
      WebGPU: `${adapter}${webgpu.fallback ? " (computes on the CPU)" : ""}`,
      commit: stdout.trim() || "unknown",
    },
    fallback: webgpu.available ? webgpu.fallback : null,
  };
}

/** What can be had without pushing others out, which Node does not tell on Linux. */
export function availableGiB(): number {
  return (availableKiB() ?? freemem() / 1024) / 2 ** 20;
}

function availableKiB(): number | null {
  try {
    const found = /^MemAvailable:\s+(\d+) kB/m.exec(readFileSync("/proc/meminfo", "utf8"))?.[1];
    return found === undefined ? null : Number(found);
  } catch {
    return null;
  }
}
