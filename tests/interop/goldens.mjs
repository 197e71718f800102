// Whether the command gives the reference numbers: `loss --grads` every gradient by the reference's own name, `train --batch` the losses
// of five steps and after them, with a constant rate and, where it is recorded, with a warmup, a cosine and clipping. Takes some minutes:
//
//   node tests/interop/goldens.mjs [FOLDER [TAG …]]
//
// A line of JSON for every case. Only what comes from outside of a command cannot be compared: the noise of NEFTune, settings of an
// optimizer that it has no option for, and LoRA+ and the rank pattern of rsLoRA from numbers that lie in no folder.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { goldenCases } from "./golden-cases.mjs";
import { readTensors, writeTensors } from "./safetensors.mjs";
import { Commands, eachOf, here } from "./tools.mjs";

const [root = here("../../../shared/goldens"), ...tags] = process.argv.slice(2);
const [lossTolerance, gradientTolerance, wayTolerance] = [1e-5, 1e-4, 2e-5];
const atOnce = 2;
const commands = new Commands(atOnce);
const plain = ["--lr", "0.001", "--weight-decay", "0.01", "--clip", "0", "--warmup", "0", "--schedule", "constant"];
const scheduled = ["--lr", "0.001", "--weight-decay", "0.01", "--clip", "1", "--warmup", "2", "--schedule", "cosine"];

const read = (path) => JSON.parse(readFileSync(path, "utf8"));

/** What is expected of a case: {loss, grad_norm, adamw, sched}, and the tensors of its set. */
function expectedOf({ model, set, tag }) {
  const [golden, extra] = [read(join(root, model, "golden.json")), read(join(root, "extra/extra.json"))];
  const own =
    { optimizers: golden.optimizers, peft: extra.peft, "extra-optimizers": extra.optimizers, "extra-objective": extra }[set] ?? golden;
  const found = own[tag];
  return found.losses ? { adamw: found } : found;
}

function numbersOf({ model, set }) {
  return readTensors(set === "peft" ? join(root, "extra/extra.safetensors") : join(root, model, "golden.safetensors"));
}

/** What PEFT's files call a parameter. */
const inFiles = (name) =>
  name.startsWith("prompt_encoder.") ? "prompt_embeddings" : name.replace(/(lora_magnitude_vector)\.weight$/, "$1");

/** An adapter folder with the numbers that a case starts from. */
function writeStart({ tag, from = tag, folder, zeroB = false, more = {} }, numbers, path) {
  const tensors = new Map();
  const targets = Array.isArray(folder.target_modules) ? folder.target_modules : [];
  const isTarget = (name) => !name.includes(".lora_") || targets.some((target) => name.includes(target));
  for (const start of new Set([from, tag])) {
    for (const [name, tensor] of numbers) {
      const own = name.startsWith(`${start}.init.`) ? name.slice(`${start}.init.`.length) : undefined;
      if (own === undefined || (start !== tag && !isTarget(own))) continue;
      tensors.set(inFiles(own), zeroB && own.includes("lora_B") ? { ...tensor, data: new Float32Array(tensor.data.length) } : tensor);
    }
  }
  for (const [name, stored] of Object.entries(more)) tensors.set(stored, numbers.get(name));
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, "adapter_config.json"), JSON.stringify({ task_type: "CAUSAL_LM", ...folder }));
  writeTensors(join(path, "adapter_model.safetensors"), tensors);
}

const norm = (values) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

/** The worst relative error, or what is there on one side only. */
function gradientError({ tag, someGradients = false }, numbers, path) {
  const own = readTensors(path);
  const recorded = new Map(
    [...numbers].flatMap(([name, { data }]) => (name.startsWith(`${tag}.grad.`) ? [[name.slice(tag.length + 6), data]] : [])),
  );
  const missing = [...recorded.keys()].filter((name) => !own.has(name));
  const more = someGradients || recorded.size === 0 ? [] : [...own.keys()].filter((name) => !recorded.has(name));
  if (missing.length + more.length > 0) return `missing ${missing.join(", ")}; not in the reference: ${more.join(", ")}`;
  return Math.max(0, ...[...recorded].map(([name, data]) => norm(data.map((value, at) => value - own.get(name).data[at])) / norm(data)));
}

async function gradients(one, expected, numbers, common, folder) {
  const path = join(folder, "gradients.safetensors");
  const { error, loss, gradNorm } = await commands.run("loss", ...common, ...(one.method ?? []), "--grads", path);
  if (error) return { isRight: false, error };
  const [lossError, normError] = [Math.abs(loss - expected.loss), Math.abs(gradNorm / expected.grad_norm - 1)];
  const gradientsError = gradientError(one, numbers, path);
  const isRight = lossError < lossTolerance && normError < gradientTolerance && gradientsError < gradientTolerance;
  return { isRight, lossError, normError, gradientsError };
}

async function way(
  { train = [], method = [], tolerance = wayTolerance, withoutFinal = false },
  { losses, final_loss: final },
  common,
  recipe,
) {
  const found = await commands.run("train", ...common, ...method, "--steps", "5", ...without(recipe, train), ...train);
  if (found.error) return { isRight: false, error: found.error };
  const errors = [...losses, ...(withoutFinal ? [] : [final])].map((loss, at) => Math.abs(loss - [...found.losses, found.finalLoss][at]));
  const worst = Math.max(...errors);
  return { isRight: worst < tolerance, worst, method: found.method, optimizer: found.optimizer, trainable: found.trainable };
}

/** The settings of a recipe, pairs of name and value, but for those that a case has its own of. */
function without(recipe, own) {
  return recipe.filter((_, at) => !own.includes(recipe[at - (at % 2)]));
}

async function check(one, folder) {
  const [expected, numbers] = [expectedOf(one), numbersOf(one)];
  const common = ["--model", join(root, one.model), "--quant", "none", "--ep", "wasm", "--batch", join(root, one.model, "golden.json")];
  mkdirSync(folder, { recursive: true });
  if (one.folder) {
    writeStart(one, one.set === "peft" ? numbers : readTensors(join(root, one.model, "golden.safetensors")), folder);
    common.push("--adapter", folder);
  }
  const results = {
    ...(one.lossesOnly || expected.loss === undefined ? {} : { gradients: await gradients(one, expected, numbers, common, folder) }),
    ...(expected.adamw ? { adamw: await way(one, expected.adamw, common, plain) } : {}),
    ...(expected.sched ? { sched: await way(one, expected.sched, common, scheduled) } : {}),
  };
  if (!Object.values(results).every(({ isRight }) => isRight)) process.exitCode = 1;
  console.log(JSON.stringify({ model: one.model, tag: one.tag, ...results }));
}

if (!existsSync(join(root, "llama_tied/golden.json"))) console.log(`SKIPPED the command against reference numbers: there is no ${root}`);
else {
  const folder = mkdtempSync(join(tmpdir(), "atelier-goldens-"));
  try {
    const asked = goldenCases.filter(({ tag }) => tags.length === 0 || tags.includes(tag));
    await eachOf([...asked.entries()], atOnce, ([at, one]) => check(one, join(folder, String(at))));
  } finally {
    commands.end();
    rmSync(folder, { recursive: true, force: true });
  }
}
