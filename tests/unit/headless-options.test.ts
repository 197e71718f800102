// Options of the headless command that would be accepted and not followed: each is named, before a browser is started.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { buildCommand } from "../../src/cli/build-request.ts";
import { parseCommand, type Values } from "../../src/cli/options.ts";
import { failureOf } from "../support/errors.ts";
import { rootPath } from "../support/files.ts";

const golden = rootPath("tests/fixtures/goldens/llama_tied");
const data = rootPath("tests/fixtures/data/invented-facts.jsonl");
const folder = mkdtempSync(join(tmpdir(), "atelier-options-"));
writeFileSync(join(folder, "state.safetensors"), "");
writeFileSync(join(folder, "batch.json"), "{}");
const batch = join(folder, "batch.json");

function build(...args: readonly string[]) {
  const command = parseCommand(args);
  if (command === "help") throw new Error("help");
  return buildCommand(command.verb, command.values);
}

describe("options that are not followed", () => {
  it("are an error beside --resume where the saved run decides, all named at once", async () => {
    const all = ["--data", data, "--batch", batch, "--adapter", golden];
    const { code, message } = await failureOf(() => build("train", "--resume", folder, ...all));
    expect(code).toBe("cli/usage");
    expect(message).toContain("--data, --batch, --adapter would be ignored");
  });

  it("are no error beside --resume where they are followed, or can agree with the saved run", () => {
    const allowed = ["--model", golden, "--ep", "wasm", "--quant", "none", "--quant-head", "--stop-after", "3", "--out", folder];
    const { request, notes } = build("train", "--resume", folder, ...allowed, "--steps", "9", "--seed", "1");
    expect(request).toMatchObject({ verb: "train", resume: true, stopAfter: 3, config: { steps: 9, seed: 1 } });
    expect(notes).toEqual([]);
  });

  it.each([
    [
      ["train", "--batch", batch, "--validation", "0.1", "--batch-size", "2", "--turns", "last", "--seq", "64"],
      ["--seq", "--turns", "--batch-size", "--validation"],
    ],
    [
      ["train", "--data", data, "--adapter", golden, "--rank", "8", "--alpha", "4", "--targets", "q_proj"],
      ["--rank", "--alpha", "--targets"],
    ],
    [["train", "--data", data, "--evaluate-every", "5"], ["--evaluate-every"]],
    [
      ["chat", "--ids", "1,2", "--system", "Be brief.", "--raw"],
      ["--system", "--raw"],
    ],
    [["chat", "--prompt", "Hi", "--raw", "--system", "Be brief."], ["--system"]],
    [
      ["bench", "--shape", "smollm2-135m", "--model", golden, "--quant-head"],
      ["--model", "--quant-head"],
    ],
    [["bench", "--shape", golden, "--model", golden], ["--shape"]],
    [["bench", "--adapter", golden], ["--adapter"]],
    [["info", "--adapter", golden], ["--adapter"]],
    [["data", "--data", data, "--adapter", golden], ["--adapter"]],
    [["engines", "--model", golden], ["--model"]],
    [["chat", "--prompt", "Hi", "--endpoint", "https://hub.example"], ["--endpoint"]],
    [["chat", "--prompt", "Hi", "--model", golden, "--token-env", "HOME"], ["--token-env"]],
  ])("%j names %j", (args, named) => {
    expect(build(...args).notes.join(" ")).toContain(`${named.join(", ")} not used`);
  });

  it.each<readonly string[]>([
    ["train", "--data", data, "--validation", "0.2", "--evaluate-every", "5"],
    ["train", "--batch", batch, "--accumulate", "2", "--lr", "0.1", "--seed", "3"],
    ["train", "--data", data, "--adapter", golden, "--lr", "0.1"],
    ["chat", "--prompt", "Hi", "--temperature", "0", "--top-p", "0.9", "--top-k", "4", "--seed", "1"],
    ["bench", "--shape", golden, "--seq", "32"],
    ["engines", "--ep", "wasm", "--quant", "none"],
    ["chat", "--prompt", "Hi", "--model", "owner/name", "--endpoint", "https://hub.example"],
  ])("are not those of %s %s", (...args) => {
    expect(build(...args)).toMatchObject({ request: { verb: args[0] }, notes: [] });
  });
});

describe("the adapter's folder", () => {
  it("gives its own files, of PEFT or mlx-lm, and nothing else that lies there", () => {
    const values: Values = { ids: "1", adapter: golden };
    const names = (path: string): string => path.split(/[/\\]/).at(-1) ?? "";
    expect(buildCommand("logits", values).files.adapter?.map(names).toSorted()).toEqual([
      "adapter_config.json",
      "adapter_model.safetensors",
    ]);
    for (const name of ["adapters.safetensors", "adapter_config.json", "0000100_adapters.safetensors", "optimizer.pt"])
      writeFileSync(join(folder, name), "");
    const found = buildCommand("logits", { ids: "1", adapter: folder }).files.adapter ?? [];
    expect(found.map(names).toSorted()).toEqual(["adapter_config.json", "adapters.safetensors"]);
  });
});
