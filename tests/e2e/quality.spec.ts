// The measure of what a form of the weights costs, as scripts use it.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { fixtures, headless, headlessCommand } from "../support/headless.ts";

interface FormQuality {
  readonly form: string;
  readonly bitsPerWeight: number;
  readonly loss: number;
  readonly perplexityRatio: number;
  readonly bytes: number;
}

const golden = `${fixtures}goldens/llama_tied`;
const { base } = JSON.parse(readFileSync(`${golden}/golden.json`, "utf8")) as { base: { loss: number } };
const facts = `${fixtures}data/invented-facts.jsonl`;
const formsOf = (json: Record<string, unknown>): readonly FormQuality[] => json["forms"] as readonly FormQuality[];

test("two forms over the neutral text: f32 comes first, and the others are compared with it", () => {
  const { status, json, stderr } = headless("quality", "--forms", "int4", "--tokens", "100", "--ep", "wasm");
  expect(status, stderr).toBe(0);
  expect(json).toMatchObject({ ep: "wasm", tokens: 100 });
  const [none, int4] = formsOf(json);
  expect(none).toMatchObject({ form: "none", bitsPerWeight: 32, perplexityRatio: 1 });
  // Of the matrices that are held so: the table, which is the head too, is f32.
  expect(int4?.form).toBe("int4");
  expect(int4?.bitsPerWeight).toBe(5);
  expect(int4?.perplexityRatio).toBeCloseTo(Math.exp((int4?.loss ?? 0) - (none?.loss ?? 0)), 12);
  expect(int4?.bytes).toBeLessThan((none?.bytes ?? 0) / 3);
  expect(stderr).toMatch(/^int4: loss \d+\.\d{4}, perplexity × \d+\.\d{3}, [\d.]+ MB$/m);
});

test("a batch gives PyTorch's loss in f32; a dataset is measured by what would be learned of it, a text by all of it", () => {
  const batch = headless("quality", "--model", golden, "--batch", `${golden}/golden.json`, "--forms", "none", "--ep", "wasm");
  expect(batch.status, batch.stderr).toBe(0);
  expect(Math.abs((formsOf(batch.json)[0]?.loss ?? 0) - base.loss)).toBeLessThan(1e-5);

  const learned = headless("quality", "--data", facts, "--forms", "none", "--tokens", "100000", "--ep", "wasm", "--quant", "int8");
  expect(learned.json["tokens"]).toBe(headless("data", "--data", facts, "--seq", "512").json["learnedTokens"]);
  expect(learned.json["notes"]).toEqual(["--quant not used: --forms says which forms are measured."]);

  const text = join(mkdtempSync(join(tmpdir(), "atelier-test-")), "short.txt");
  writeFileSync(text, "Hello!");
  const short = headless("quality", "--text", text, "--forms", "none", "--ep", "wasm");
  expect(short.json["tokens"]).toBeGreaterThan(0);
  expect(short.json["tokens"]).toBeLessThan(10);
});

test("Ctrl-C keeps what was measured and names what is missing", async () => {
  const child = spawn(process.execPath, [headlessCommand, "quality", "--forms", "int8,int4,nf4", "--tokens", "50", "--ep", "wasm"], {
    env: { ...process.env, LC_ALL: "C.UTF-8" },
  });
  let [out, told] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => {
    const isFirst = !told.includes("int8: loss");
    told += chunk.toString();
    if (isFirst && told.includes("int8: loss")) child.kill("SIGINT");
  });
  const status = await new Promise<number | null>((resolve) => child.on("close", resolve));
  expect(status, told).toBe(0);
  const json = JSON.parse(out) as Record<string, unknown>;
  expect(formsOf(json).map(({ form }) => form)).toEqual(expect.arrayContaining(["none", "int8"]));
  expect(json["notes"]).toEqual([expect.stringMatching(/^Ended before all was measured\. Missing: .*nf4\.$/)]);
});
