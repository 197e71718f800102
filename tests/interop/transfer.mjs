// Whether what is trained here holds elsewhere: facts that no model knows are learned on a published GGUF file, and PEFT asks for
// them again on that file's weights as plain numbers. Takes minutes of CPU, and a Python with torch, transformers, peft and gguf:
//
//   node tests/interop/transfer.mjs MODEL.gguf [PYTHON [FORM …]]
//
// Of each form it says how many answers are right by the app's own check and by PEFT. It fails where the two differ, and where fewer
// than 23 of 24 are right for "auto".
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const [model, python = "python3", ...named] = process.argv.slice(2);
const forms = named.length > 0 ? named : ["auto", "int4"];
const least = 23;
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const facts = here("facts.jsonl");
const recipe = ["--steps", "60", "--lr", "5e-4", "--batch-size", "4", "--seq", "128"];

/** What a program prints on stdout, as JSON. */
function run(program, args) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: "utf8", maxBuffer: 1 << 28 });
  if (status !== 0)
    throw new Error(`${program} ended with ${status}: ${error?.message ?? ""} ${stdout.slice(-500)} ${stderr.slice(-2000)}`);
  return JSON.parse(stdout.trim().split("\n").at(-1));
}

function missing() {
  if (model === undefined || !existsSync(model)) return "no model: give the path of a GGUF file";
  const modules = spawnSync(python, ["-c", "import torch, transformers, peft, gguf"]);
  return modules.status === 0 ? "" : `${python} has no torch, transformers, peft and gguf`;
}

function measure(form, out) {
  const train = ["train", "--model", model, "--ep", "wasm", "--quant", form, "--data", facts, ...recipe];
  const { transfer, trainedOn, notes } = run(process.execPath, [
    here("../../src/cli/headless.mjs"),
    ...train,
    "--out",
    out,
    "--check-published",
  ]);
  const peft = run(python, [here("peft_answers.py"), model, out, facts]);
  return { form, trainedOn, transfer, peft: { right: peft.right, of: peft.of }, wrong: peft.wrong, ...(notes ? { notes } : {}) };
}

const why = missing();
if (why) console.log(`SKIPPED the transfer of what is trained: ${why}`);
else
  for (const form of forms) {
    const out = mkdtempSync(join(tmpdir(), "atelier-transfer-"));
    try {
      const found = measure(form, out);
      console.log(JSON.stringify(found));
      const isTold = found.transfer?.published?.right === found.peft.right;
      if (!isTold || (form === "auto" && found.peft.right < least)) process.exitCode = 1;
    } finally {
      rmSync(out, { recursive: true, force: true });
    }
  }
