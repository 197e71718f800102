// `npm run interop -- MODEL.gguf [PYTHON [FORM …]]`: adapters of every method in PEFT and back, then what is left of what was learned.
import { spawnSync } from "node:child_process";
import { here } from "./tools.mjs";

const [model = "-", python = "python3"] = process.argv.slice(2);
for (const [file, args] of [
  ["adapters.mjs", [model, python]],
  ["transfer.mjs", process.argv.slice(2)],
]) {
  const { status } = spawnSync(process.execPath, [here(file), ...args], { stdio: "inherit" });
  if (status !== 0) process.exitCode = 1;
}
