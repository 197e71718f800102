// Whether adapters are the same thing here and in PEFT, by their logits: what the command trains and writes is opened by PEFT, and what
// PEFT writes, with random numbers, is opened by the command. Takes some ten minutes of CPU, and a Python with torch, transformers, peft
// and safetensors:
//
//   node tests/interop/adapters.mjs [MODEL.gguf|- [PYTHON [NAME …]]]
//
// A line of JSON for every case; names narrow it down. It fails where two logits differ by more than the tolerance, where what was
// trained does not show, or where something is refused on one side only.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inward, outward } from "./cases.mjs";
import { eachOf, headless, here, lastLine, missingModules } from "./tools.mjs";

const [model = "-", python = "python3", ...names] = process.argv.slice(2);
const gguf = model === "-" || !existsSync(model) ? undefined : model;
/** Of a logit, in relation to the largest: float32 sums in another order. What is trained moves logits by hundreds of that. */
const [tolerance, least] = [1e-5, 1e-2];
const atOnce = 2;
const ids = [3, 14, 15, 92, 65, 35, 89, 79, 32, 38];

const folderOf = (base) => (base === gguf ? base : here(`../fixtures/goldens/${base}`));
const onBase = (base) => ["--model", folderOf(base), "--quant", "none", "--ep", "wasm"];
const logits = (base, ...more) => headless("logits", ...onBase(base), "--ids", ids.join(","), ...more);

/** Any batch would do; every reference model has one. */
async function train({ base, train: options }, out) {
  const batch = ["--batch", here("../fixtures/goldens/llama_tied/golden.json")];
  const steps = ["--steps", "4", "--schedule", "constant", "--warmup", "0", "--lr", "0.02", "--clip", "0"];
  const { error } = await headless("train", ...onBase(base), ...batch, ...steps, ...options, "--out", out);
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

async function compare(folder) {
  const isAsked = ({ name }) => names.length === 0 || names.includes(name);
  const cases = [...outward(gguf).map((one) => ({ ...one, way: "out" })), ...inward.map((one) => ({ ...one, way: "in" }))].filter(isAsked);
  const [trained, plain] = [new Map(), new Map()];
  for (const [at, one] of cases.entries()) one.folder = join(folder, String(at));
  for (const { base } of cases) plain.set(base, undefined);
  await eachOf([...plain.keys()], atOnce, async (base) => plain.set(base, (await logits(base)).logits));
  await eachOf(
    cases.filter(({ way }) => way === "out"),
    atOnce,
    async (one) => trained.set(one, await train(one, one.folder)),
  );
  const jobs = cases.filter((one) => trained.get(one) === undefined);
  const path = join(folder, "jobs.json");
  writeFileSync(path, JSON.stringify(jobs.map((one) => ({ ...one, name: one.folder, base: folderOf(one.base), ids }))));
  const peft = await lastLine(python, [here("peft_adapters.py"), path]);
  await eachOf(cases, atOnce, async (one) => {
    const error = trained.get(one);
    const other = peft[one.folder] ?? {};
    const own = error ? { error } : other.error ? {} : await logits(one.base, "--adapter", one.folder);
    const found = judged(one, own, other, plain.get(one.base));
    console.log(JSON.stringify({ name: one.name, way: one.way, ...found }));
    if (!found.isRight) process.exitCode = 1;
  });
}

const why = missingModules(python, ["torch", "transformers", "peft", "safetensors"]);
if (gguf === undefined) console.log("SKIPPED adapters of a published model: give the path of a GGUF file");
if (why) console.log(`SKIPPED adapters in PEFT and back: ${why}`);
else {
  const folder = mkdtempSync(join(tmpdir(), "atelier-adapters-"));
  try {
    await compare(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
