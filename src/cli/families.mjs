// The README's table of model families, made from the results of the parity tests and from nothing else: a cell names the
// engines on which every test of that column passed. `node src/cli/families.mjs` writes it after a run of the parity tests;
// `npm test` refuses a README that says something else.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { root } from "./install.mjs";

const results = `${root}test-results/parity.json`;
const readme = `${root}README.md`;
const [begin, end] = ["<!-- families: made by src/cli/families.mjs from the test results -->", "<!-- /families -->"];

/** The first word of a test's name. */
const columns = ["load", "train", "chat", "adapter names"];
const engines = { wasm: "WASM", webgpu: "WebGPU" };

/** model_type → what people call it, and the reference models that stand for it. */
const families = {
  llama: [
    "Llama 2 and 3, SmolLM and SmolLM2, TinyLlama",
    ["llama_tied", "llama_untied", "llama3_rope", "llama_bias", "yarn_attn", "yarn_mscale", "dynamic", "linear"],
  ],
  mistral: ["Mistral", ["mistral"]],
  qwen2: ["Qwen 2 and 2.5", ["qwen2", "yarn"]],
  qwen3: ["Qwen 3", ["qwen3"]],
  gemma: ["Gemma", ["gemma"]],
  gemma2: ["Gemma 2", ["gemma2"]],
  gemma3_text: ["Gemma 3 (text)", ["gemma3_text"]],
  phi: ["Phi-1, 1.5 and 2", ["phi"]],
  phi3: ["Phi-3, Phi-3.5 and Phi-4-mini", ["phi3", "longrope_short", "longrope_long"]],
  smollm3: ["SmolLM3", ["smollm3"]],
  olmo2: ["OLMo 2", ["olmo2"]],
  gpt2: ["GPT-2", ["gpt2"]],
  gpt_neox: ["GPT-NeoX, Pythia", ["gpt_neox"]],
};

/** @returns {string | null} what is wrong with the README's table; null where it says what the results say */
export function checkFamilies() {
  const text = readFileSync(readme, "utf8");
  return text === withTable(text, makeTable())
    ? null
    : "The README's table of families is not what the tests say: run node src/cli/families.mjs.";
}

function makeTable() {
  const passed = readResults();
  const cell = (models, column) => {
    const good = Object.keys(engines).filter((engine) => models.every((model) => passed.get(`${engine} ${model} ${column}`) === true));
    return good.map((engine) => engines[engine]).join(", ") || "no";
  };
  const rows = Object.entries(families).map(([type, [name, models]]) => [
    name,
    `\`${type}\``,
    ...columns.map((column) => cell(models, column)),
  ]);
  const head = ["family", "`model_type`", ...columns];
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

/** Whether all tests of an engine, a model and a column passed. */
function readResults() {
  const passed = new Map();
  if (!existsSync(results)) {
    const command = "npx vitest run --project parity --reporter=default --reporter=json --outputFile.json=test-results/parity.json";
    throw new Error(`There are no results of the parity tests. Make them first: ${command}`);
  }
  for (const { assertionResults } of JSON.parse(readFileSync(results, "utf8")).testResults) {
    for (const { ancestorTitles, title, status } of assertionResults) {
      const engine = /^models equal PyTorch on (\w+)/.exec(ancestorTitles[0] ?? "")?.[1];
      // A test that an engine skips says nothing about it; what only skips is not set, and counts as no.
      if (!engine || (status !== "passed" && status !== "failed")) continue;
      const key = `${engine} ${ancestorTitles[1]} ${title.split(":")[0]}`;
      passed.set(key, (passed.get(key) ?? true) && status === "passed");
    }
  }
  return passed;
}

function withTable(text, table) {
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (after === undefined) throw new Error("README.md has no place for the table of families.");
  return `${before}${begin}\n\n${table}\n\n${end}${after}`;
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const text = readFileSync(readme, "utf8");
  writeFileSync(readme, withTable(text, makeTable()));
}
