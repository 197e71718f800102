// Whether adapters are the same thing here and in PEFT, by their logits: what the command trains and writes is opened by PEFT, and what
// PEFT writes, with random numbers, is opened by the command. Takes some ten minutes of CPU, and a Python with torch, transformers, peft
// and safetensors:
//
//   node tests/interop/adapters.mjs [MODEL.gguf|- [PYTHON [NAME …]]]
//
// A line of JSON for every case; names narrow it down. It fails where two logits differ by more than the tolerance, where what was
// trained does not show, or where something is refused on one side only.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inward, outward } from "./cases.mjs";
import { Answering, Commands, eachOf, here, missingModules } from "./tools.mjs";

const [model = "-", python = "python3", ...names] = process.argv.slice(2);
const gguf = model === "-" || !existsSync(model) ? undefined : model;
/** Of a logit, in relation to the largest: float32 sums in another order. What is trained moves logits by hundreds of that. */
const [tolerance, least] = [1e-5, 1e-2];
const atOnce = 2;
const commands = new Commands(atOnce);
const ids = [3, 14, 15, 92, 65, 35, 89, 79, 32, 38];

const folderOf = (base) => (base === gguf ? base : here(`../fixtures/goldens/${base}`));
const onBase = (base) => ["--model", folderOf(base), "--quant", "none", "--ep", "wasm"];
const logits = (base, ...more) => commands.run("logits", ...onBase(base), "--ids", ids.join(","), ...more);

/** Any batch would do; every reference model has one. */
async function train({ base, train: options }, out) {
  const batch = ["--batch", here("../fixtures/goldens/llama_tied/golden.json")];
  const steps = ["--steps", "4", "--schedule", "constant", "--warmup", "0", "--lr", "0.02", "--clip", "0"];
  const { error } = await commands.run("train", ...onBase(base), ...batch, ...steps, ...options, "--out", out);
  return error;
}

const largest = (values) => values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
const difference = (some, others) =>
  some.length === others.length
    ? largest(some.map((value, at) => value - others[at])) / largest(others)
    : `of ${some.length} and of ${others.length} numbers`;

/** @returns what is to be printed, and whether it is as it should be */
function judged({ refused }, own, other, plain) {
  const error = own.error?.code ?? (other.error === undefined ? undefined : `PEFT: ${other.error}`);
  if (refused !== undefined) return { isRight: own.error?.code === refused && other.error === undefined, error };
  if (error !== undefined) return { isRight: false, error, message: own.error?.message };
  const [found, moved] = [difference(own.logits, other.logits), difference(own.logits, plain)];
  return { isRight: found <= tolerance && moved >= least, difference: found, moved };
}

async function compare(peft, folder) {
  const isAsked = ({ name }) => names.length === 0 || names.includes(name);
  const cases = [...inward.map((one) => ({ ...one, way: "in" })), ...outward(gguf).map((one) => ({ ...one, way: "out" }))].filter(isAsked);
  const plain = new Map();
  const plainOf = (base) => {
    if (!plain.has(base)) plain.set(base, logits(base));
    return plain.get(base);
  };
  await eachOf([...cases.entries()], atOnce, async ([at, one]) => {
    const path = join(folder, String(at));
    const { logits: before } = await plainOf(one.base);
    const error = one.way === "out" ? await train(one, path) : undefined;
    const question = { base: folderOf(one.base), folder: path, ids, ...(one.make ? { make: one.make } : {}) };
    const other = error ? {} : await peft.ask(at, question);
    const own = error ? { error } : other.error ? {} : await logits(one.base, "--adapter", path);
    const found = judged(one, own, other, before);
    console.log(JSON.stringify({ name: one.name, way: one.way, ...found }));
    if (!found.isRight) process.exitCode = 1;
    rmSync(path, { recursive: true, force: true });
  });
}

const why = missingModules(python, ["torch", "transformers", "peft", "safetensors"]);
if (gguf === undefined) console.log("SKIPPED adapters of a published model: give the path of a GGUF file");
if (why) console.log(`SKIPPED adapters in PEFT and back: ${why}`);
else {
  const peft = new Answering(python, [here("peft_adapters.py")]);
  const folder = mkdtempSync(join(tmpdir(), "atelier-adapters-"));
  try {
    await compare(peft, folder);
  } finally {
    peft.end();
    commands.end();
    rmSync(folder, { recursive: true, force: true });
  }
}
