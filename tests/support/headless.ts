// Runs the headless command as a user's script would.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export const fixtures = fileURLToPath(new URL("../fixtures/", import.meta.url));

export interface HeadlessAnswer {
  readonly status: number | null;
  /** What stdout holds, parsed: exactly one JSON object. */
  readonly json: Record<string, unknown>;
  readonly stderr: string;
}

export function headless(...args: readonly string[]): HeadlessAnswer {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [fileURLToPath(new URL("../../src/cli/headless.mjs", import.meta.url)), ...args],
    {
      encoding: "utf8",
      maxBuffer: 1 << 28,
    },
  );
  return { status, json: JSON.parse(stdout) as Record<string, unknown>, stderr };
}
