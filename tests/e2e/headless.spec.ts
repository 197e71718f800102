// The headless command, as scripts use it: what it prints, what it writes, how it fails.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "@playwright/test";
import type { Report } from "../bench/table.ts";
import { tinyGguf } from "../support/gguf-model.ts";
import { fixtures, headless } from "../support/headless.ts";

const benchCommand = fileURLToPath(new URL("../bench/bench.mjs", import.meta.url));
const golden = `${fixtures}goldens/llama_tied`;
const facts = `${fixtures}data/invented-facts.jsonl`;
const reworded = `${fixtures}data/invented-facts.validation.jsonl`;
const { lora } = JSON.parse(readFileSync(`${golden}/golden.json`, "utf8")) as { lora: { loss: number; grad_norm: number } };
const methods = JSON.parse(readFileSync(`${fixtures}goldens/methods/methods.json`, "utf8")) as {
  llama_tied: { norm_tuning: { loss: number; grad_norm: number } };
};
let folder = "";

test.beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "atelier-test-"));
});

test("engines says what there is", () => {
  const { status, json } = headless("engines");
  expect(status).toBe(0);
  expect(json).toMatchObject({ webgpu: { available: expect.any(Boolean) }, wasm: { threads: expect.any(Number), simd: true } });
  expect((json["wasm"] as { threads: number }).threads).toBeGreaterThan(1);
});

test("a software adapter is marked in every answer, and refused where a GPU is required", () => {
  const { json } = headless("engines");
  const { available, fallback } = json["webgpu"] as { available: boolean; fallback: boolean };
  expect(headless("logits", "--ids", "1", "--ep", "wasm").json).not.toHaveProperty("fallback");
  expect(headless("logits", "--ids", "1", "--ep", "wasm", "--require-gpu")).toMatchObject({
    status: 2,
    json: { error: { code: "cli/usage" } },
  });
  if (available && !fallback) {
    expect(json).not.toHaveProperty("fallback");
    expect(headless("engines", "--require-gpu").status).toBe(0);
    return;
  }
  for (const verb of [["engines"], ["chat", "--prompt", "Hello!"], ["bench", "--shape", "smollm2-135m"]]) {
    const refused = headless(...verb, "--require-gpu");
    expect(refused.status, verb[0]).toBe(1);
    expect(refused.json["error"], verb[0]).toMatchObject({ code: "engine/no-gpu", message: expect.stringMatching(/There is no GPU/) });
  }
  if (!available) return;
  expect(json).toMatchObject({ fallback: true });
  expect(headless("logits", "--ids", "1", "--ep", "webgpu").json).toMatchObject({ ep: "webgpu", fallback: true });
});

test("loss gives PyTorch's loss, norm and gradients of an adapter folder", () => {
  // The goldens keep the adapter beside the model.
  const grads = join(folder, "grads.safetensors");
  const { status, json } = headless(
    "loss",
    "--model",
    golden,
    "--adapter",
    golden,
    "--batch",
    `${golden}/golden.json`,
    "--quant",
    "none",
    "--ep",
    "wasm",
    "--grads",
    grads,
  );
  expect(status).toBe(0);
  expect(json["ep"]).toBe("wasm");
  expect(Math.abs(Number(json["loss"]) - lora.loss)).toBeLessThan(1e-5);
  expect(Math.abs(Number(json["gradNorm"]) / lora.grad_norm - 1)).toBeLessThan(1e-4);
  expect(readFileSync(grads).toString("latin1")).toContain("base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight");
});

test("loss gives the gradients at the start of a method, by PyTorch's names", () => {
  const grads = join(folder, "grads.safetensors");
  const common = ["--model", golden, "--batch", `${golden}/golden.json`, "--quant", "none", "--ep", "wasm"];
  const { status, json, stderr } = headless("loss", ...common, "--method", "norms", "--grads", grads);
  expect(status, stderr).toBe(0);
  const { loss, grad_norm: norm } = methods.llama_tied.norm_tuning;
  expect(Math.abs(Number(json["loss"]) - loss)).toBeLessThan(1e-5);
  expect(Math.abs(Number(json["gradNorm"]) / norm - 1)).toBeLessThan(1e-4);
  expect(readFileSync(grads).toString("latin1")).toContain('"model.layers.0.input_layernorm.weight"');
});

test("ten steps, and five that are resumed for five more, write the same adapter to the bit", () => {
  const train = (...more: string[]) =>
    headless(
      "train",
      "--data",
      facts,
      "--steps",
      "10",
      "--batch-size",
      "2",
      "--accumulate",
      "2",
      "--seq",
      "96",
      "--rank",
      "4",
      "--validation-data",
      reworded,
      "--evaluate-every",
      "5",
      "--ep",
      "wasm",
      ...more,
    );
  const [straight, half, rest] = ["straight", "half", "rest"].map((name) => join(folder, name)) as [string, string, string];
  const { json, stderr } = train("--out", straight, "--check-published");
  expect(json["steps"]).toBe(10);
  expect(json["validations"]).toMatchObject([{ step: 0 }, { step: 5 }, { step: 10 }]);
  expect(stderr).toContain("invented-facts.validation.jsonl: 12 of 12 are kept for validation");
  const count = { form: expect.any(String), right: expect.any(Number), of: 12 };
  expect(json["transfer"]).toEqual({ on: count, published: count });
  expect(json["trainedOn"]).toMatch(/^Trained on Atelier base/);
  const readme = readFileSync(join(straight, "README.md"), "utf8");
  expect(readme).toMatch(/^---\nlibrary_name: peft\n/);
  expect(readme).toContain(String(json["trainedOn"]));
  expect(train("--out", half, "--stop-after", "5").json["steps"]).toBe(5);
  const resumed = headless("train", "--resume", half, "--out", rest, "--ep", "wasm");
  expect(resumed.json["steps"]).toBe(10);
  expect(resumed.json["losses"]).toHaveLength(5);
  expect(resumed.json["validations"]).toEqual(json["validations"]);
  const adapters = [straight, rest].map((out) => readFileSync(join(out, "adapter_model.safetensors")));
  expect(adapters[0]?.equals(adapters[1] as Buffer)).toBe(true);
});

test("chat answers with the bundled model, on the engine that was named", () => {
  const { json } = headless("chat", "--prompt", "Hello!", "--max-tokens", "12", "--ep", "wasm");
  expect(json["ep"]).toBe("wasm");
  expect(String(json["text"]).length).toBeGreaterThan(3);

  // The same question in a file of prompts, beside others: all are answered in one go.
  const path = join(folder, "prompts.jsonl");
  const asked = [{ prompt: "Hello!" }, { messages: [{ role: "user", content: "Who are you?" }] }, { prompt: "Hello!" }];
  writeFileSync(path, asked.map((line) => JSON.stringify(line)).join("\n"));
  const { answers } = headless("chat", "--prompts", path, "--max-tokens", "12", "--ep", "wasm").json as { answers: (typeof json)[] };
  const { text, ids, promptTokens, stopReason } = json;
  expect(answers[0]).toEqual({ text, ids, promptTokens, stopReason });
  expect(answers[2]).toEqual(answers[0]);
  expect(answers).toHaveLength(3);
  expect(answers[1]?.["ids"]).not.toEqual(ids);
});

test("a GGUF file is a model like any other", async () => {
  const path = join(folder, "tiny.gguf");
  const file = await tinyGguf("F16");
  writeFileSync(path, new Uint8Array(await file.arrayBuffer()));
  const { json } = headless("info", "--model", path, "--ep", "wasm");
  expect(json).toMatchObject({ family: "llama", layers: 2, bytes: { file: file.size } });
  const train = headless(
    "train",
    "--model",
    path,
    "--data",
    facts,
    "--steps",
    "3",
    "--batch-size",
    "2",
    "--targets",
    "q_proj,v_proj",
    "--ep",
    "wasm",
  );
  expect(train.json["losses"]).toHaveLength(3);
  expect(headless("train", "--model", path, "--data", facts, "--targets", "c_attn").json["error"]).toMatchObject({
    code: "config/invalid",
    message: expect.stringContaining("c_attn"),
    hint: expect.stringContaining("q_proj, k_proj, v_proj"),
  });
});

test("--lang fr speaks French in errors, notes, progress and help; JSON keeps its keys and numbers", () => {
  const args = ["train", "--data", facts, "--steps", "1", "--batch-size", "1", "--seq", "96", "--ep", "wasm", "--evaluate-every", "5"];
  const { status, json, stderr } = headless(...args, "--lang", "fr");
  expect(status, stderr).toBe(0);
  expect(json["losses"]).toEqual([expect.any(Number)]);
  expect(json["notes"]).toEqual([
    "--evaluate-every\u00A0: sans effet, car sans --validation ni --validation-data il n’y a rien à mesurer.",
    expect.stringMatching(/^L’entraînement s’arrête pendant son échauffement\u00A0: son unique pas a 0\s% du taux/),
  ]);
  expect(stderr).toMatch(/^chargement\u00A0: poids \d+\s%$/m);
  expect(stderr).toMatch(/^étape 1\u00A0: perte \d+,\d{4}, norme du gradient \d+,\d{4}, taux d’apprentissage [\d,e-]+$/m);
  expect(stderr).not.toMatch(/loading|step|loaded|examples/);
  expect(headless("train", "--data", facts, "--lr", "-1", "--lang=fr").json["error"]).toEqual({
    code: "config/invalid",
    message: "Taux d’apprentissage\u00A0: -1. Valeur attendue\u00A0: un nombre de 0 à 1.",
    hint: expect.stringContaining("NaN"),
  });
  expect(headless("fly", "--lang", "fr").json["error"]).toMatchObject({ message: "Il n’y a pas de verbe «\u00A0fly\u00A0»." });
  expect(headless("engines", "--lang", "de")).toMatchObject({
    status: 2,
    json: { error: { code: "cli/usage", hint: "Known languages: en (English), fr (Français)." } },
  });
});

test("failures are one JSON object with a code, a sentence and a way out", () => {
  const bad = join(folder, "bad.jsonl");
  writeFileSync(bad, "not json\n");
  const empty = join(folder, "empty.jsonl");
  writeFileSync(empty, "");
  const cases: [string[], number, string][] = [
    [["fly"], 2, "cli/usage"],
    [["train", "--resume", folder, "--data", facts, "--lr", "0.1"], 2, "cli/usage"],
    [["train", "--data", facts, "--lr", "-1"], 2, "config/invalid"],
    [["train", "--data", bad], 1, "data/no-examples"],
    [["train", "--data", empty], 1, "data/empty"],
    [["loss", "--model", golden, "--batch", `${golden}/config.json`], 1, "data/batch-invalid"],
    [["chat", "--model", golden, "--prompt", "hi"], 1, "model/file-missing"],
    [["logits", "--ids", "1,999999"], 1, "tokens/out-of-vocabulary"],
  ];
  for (const [args, exit, code] of cases) {
    const { status, json } = headless(...args);
    expect(json["error"], args.join(" ")).toMatchObject({ code, message: expect.stringMatching(/\w/), hint: expect.stringMatching(/\w/) });
    expect(status, args.join(" ")).toBe(exit);
  }
});

test("npm run bench times the smallest shape, says what a step and a token take, and names whom it could not time", () => {
  const least = ["--repeats", "1", "--warm", "0", "--turn", "0", "--batch", "1x16", "--prompt-tokens", "8", "--new-tokens", "2"];
  const asked = ["--shapes", "tiny", "--only", "train,decode,batched", "--peers", "wllama", ...least, "--out", folder];
  const { status, stdout, stderr } = spawnSync(process.execPath, [benchCommand, ...asked], { encoding: "utf8" });
  expect(status, stderr).toBe(0);
  const { rounds } = JSON.parse(readFileSync(join(folder, "bench.json"), "utf8")) as Report;
  const [train, decode, batched] = rounds.map(({ timed, absent }) => ({
    ours: timed.find(({ name }) => name === "Atelier"),
    timed,
    absent,
  }));
  // Five layers there and back, the head, the norm of the gradient, the optimizer for all layers.
  expect(train?.ours?.details).toMatchObject({ counts: { runs: 13, readbacks: 1 }, stages: { step: { ms: expect.any(Number) } } });
  expect(train?.absent).toEqual([{ name: "wllama", reason: "wllama has no training, and answers one prompt at a time." }]);
  expect(decode?.ours?.details).toMatchObject({ counts: { readbacks: 1 } });
  expect([...(decode?.timed ?? []), ...(decode?.absent ?? [])].map(({ name }) => name)).toEqual(["Atelier", "wllama"]);
  expect(batched?.ours?.details).toMatchObject({ counts: { runs: 1, readbacks: 1 } });
  expect(batched?.absent).toEqual([{ name: "wllama", reason: "wllama has no training, and answers one prompt at a time." }]);
  expect(stdout).toContain("| tiny | train | Atelier |");
  expect(stdout).toBe(readFileSync(join(folder, "bench.md"), "utf8"));
});
