// Runs the headless command as a user's script would.
import { spawn, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export const fixtures = fileURLToPath(new URL("../fixtures/", import.meta.url));

export interface HeadlessAnswer {
  readonly status: number | null;
  /** What stdout holds, parsed: exactly one JSON object. */
  readonly json: Record<string, unknown>;
  readonly stderr: string;
}

export const headlessCommand = fileURLToPath(new URL("../../src/cli/headless.mjs", import.meta.url));

/** English, whatever the developer's system speaks; a test may have set variables of its own. */
const environment = () => ({ ...process.env, LC_ALL: "C.UTF-8" });

/** While it runs, a server of the test can answer it. */
export async function headlessBeside(...args: readonly string[]): Promise<HeadlessAnswer> {
  const child = spawn(process.execPath, [headlessCommand, ...args], { env: environment() });
  const out: Record<"stdout" | "stderr", string> = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) child[name].on("data", (chunk: Buffer) => (out[name] += chunk.toString()));
  const status = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { status, json: JSON.parse(out.stdout) as Record<string, unknown>, stderr: out.stderr };
}

export function headless(...args: readonly string[]): HeadlessAnswer {
  const { status, stdout, stderr } = spawnSync(process.execPath, [headlessCommand, ...args], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
    env: environment(),
  });
  return { status, json: JSON.parse(stdout) as Record<string, unknown>, stderr };
}
