// A checkpoint in the shape of SmolLM2-135M that computes the same function as a small real model: real size and time,
// and a continuation that is known. Made beside the checkout by a script of the test material; a printed skip without it.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "@playwright/test";
import { headless } from "../support/headless.ts";

const shared = fileURLToPath(new URL("../../../shared/", import.meta.url));
const stories = `${shared}models/stories260K`;
const python = ["/usr/bin/python3", "python3"].find((name) => spawnSync(name, ["-c", "import numpy"]).status === 0);
const missing = existsSync(stories) ? (python ? "" : "no Python with numpy") : "../shared is absent";
if (missing) console.warn(`SKIPPED large models: ${missing}`);

let folder = "";

test.describe("a model in the shape of SmolLM2-135M", () => {
  test.skip(missing !== "", missing);

  test.beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "atelier-large-"));
    const made = spawnSync(python ?? "", [`${shared}tools/inflate.py`, `${stories}/hf`, join(folder, "model"), "135m", "f16"]);
    expect(made.status, made.stderr.toString()).toBe(0);
  });
  test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("unquantized, continues as it is known to", () => {
    const golden = JSON.parse(readFileSync(`${stories}/golden.json`, "utf8")) as { ids: number[] };
    const options = "--quant none --ep wasm --ids 1 --max-tokens 24".split(" ");
    const { json } = headless("chat", "--model", join(folder, "model"), ...options);
    expect(json["ids"]).toEqual(golden.ids.slice(1, 25));
  });

  test("in int4 loads, trains, and its loss falls", () => {
    const line = (word: string) =>
      JSON.stringify({ prompt: `Once upon a time ${word}`, completion: " there was a dog and a cat in the park." });
    writeFileSync(join(folder, "data.jsonl"), ["big", "red", "sad", "new"].map(line).join("\n"));
    const options = "--quant int4 --ep wasm --steps 6 --batch-size 2 --seq 64 --rank 8 --lr 0.0005 --warmup 0".split(" ");
    const { json, stderr } = headless("train", "--model", join(folder, "model"), "--data", join(folder, "data.jsonl"), ...options);
    const { losses, load } = json as { losses: number[]; load: { ms: number; peakMemoryBytes: number | null } };
    expect(losses, stderr).toHaveLength(6);
    expect(losses.at(-1)).toBeLessThan((losses[0] ?? 0) * 0.9);
    console.log(
      `int4 on WASM: loaded in ${(load.ms / 1000).toFixed(1)} s, peak memory of the page ${((load.peakMemoryBytes ?? NaN) / 2 ** 20).toFixed(0)} MiB; loss ${losses.map((loss) => loss.toFixed(3)).join(" → ")}`,
    );
  });
});
