// `npm run interop -- MODEL.gguf [PYTHON [FORM …]]`: the command against reference numbers, adapters of every method in PEFT and back,
// then what is left of what was learned.
import { spawnSync } from "node:child_process";
import { here } from "./tools.mjs";

const [model = "-", python = "python3"] = process.argv.slice(2);
const parts = [
  { file: "goldens.mjs", args: [] },
  { file: "adapters.mjs", args: [model, python] },
  { file: "transfer.mjs", args: process.argv.slice(2) },
];
for (const { file, args } of parts) {
  const { status } = spawnSync(process.execPath, [here(file), ...args], { stdio: "inherit" });
  if (status !== 0) process.exitCode = 1;
}
