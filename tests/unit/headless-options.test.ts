// Options of the headless command that would be accepted and not followed: each is named, before a browser is started.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { buildCommand } from "../../src/cli/build-request.ts";
import { helpText } from "../../src/cli/help.ts";
import { offeredKnobs } from "../../src/cli/knob-options.ts";
import { options, parseCommand, verbs } from "../../src/cli/options.ts";
import { needsTexts, ownQuantizations, quantizations } from "../../src/config/quantizations.ts";
import { formatConfig } from "../../src/config/config-yaml.ts";
import { knobsOf, offeredKinds, parseRunConfig, turnChoiceNames } from "../../src/config/run-config.ts";
import { configWith } from "../support/configs.ts";
import { failureOf } from "../support/errors.ts";
import { rootPath } from "../support/files.ts";
import { english, french } from "../support/words.ts";

const golden = rootPath("tests/fixtures/goldens/llama_tied");
const data = rootPath("tests/fixtures/data/invented-facts.jsonl");
const folder = mkdtempSync(join(tmpdir(), "atelier-options-"));
writeFileSync(join(folder, "state.safetensors"), "");
writeFileSync(join(folder, "batch.json"), "{}");
const batch = join(folder, "batch.json");

function build(...args: readonly string[]) {
  const command = parseCommand(args);
  if (command === "help" || "helpOf" in command) throw new Error("help");
  return buildCommand(command.verb, command.values);
}

describe("options that are not followed", () => {
  it("are an error beside --resume where the saved run decides, all named at once", async () => {
    const all = ["--data", data, "--validation-data", data, "--batch", batch, "--adapter", golden];
    const { code, message } = await failureOf(() => build("train", "--resume", folder, ...all));
    expect(code).toBe("cli/usage");
    expect(message).toContain("--data, --validation-data, --batch, --adapter would be ignored");
  });

  it("are an error beside an adapter, which brings its method and settings", async () => {
    const started = ["train", "--data", data, "--adapter", golden, "--rank", "8", "--alpha", "4", "--targets", "q_proj"];
    expect((await failureOf(() => build(...started))).message).toContain("--rank, --alpha, --targets would be ignored");
    const measured = ["loss", "--batch", batch, "--adapter", golden, "--method", "dora"];
    expect((await failureOf(() => build(...measured))).message).toContain("--method would be ignored");
  });

  it("are an error where they are given twice", async () => {
    const failure = await failureOf(() => build("train", "--data", data, "--rank", "8", "--rank", "4"));
    expect(failure).toMatchObject({ key: "cli/usage#repeated", message: "--rank is given 2 times." });
  });

  it("are an error beside a file for validation where they ask for a share of the data", async () => {
    const { code, message } = await failureOf(() => build("train", "--data", data, "--validation-data", data, "--validation", "0.1"));
    expect(code).toBe("cli/usage");
    expect(message).toContain("--validation would be ignored");
    const { files, notes } = build("train", "--data", data, "--validation-data", batch, "--evaluate-every", "5");
    expect([files["validation-data"], notes]).toEqual([[batch], []]);
  });

  it("are no error beside --resume where they are followed, or can agree with the saved run", () => {
    const allowed = ["--model", golden, "--ep", "wasm", "--quant", "none", "--quant-head", "--stop-after", "3", "--out", folder];
    const { request, notes } = build("train", "--resume", folder, ...allowed, "--steps", "9", "--seed", "1");
    expect(request).toMatchObject({ verb: "train", resume: true, stopAfter: 3, config: { stopping: { steps: 9 }, data: { seed: 1 } } });
    expect(notes).toEqual([]);
  });

  it.each([
    [
      ["train", "--batch", batch, "--validation", "0.1", "--batch-size", "2", "--turns", "last", "--seq", "64"],
      ["--seq", "--turns", "--batch-size", "--validation"],
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
    const { notes } = build(...args);
    expect(notes.map(english.text).join(" ")).toContain(`${named.join(", ")} not used`);
    expect(notes.map(french.text).join(" ")).toContain(`${named.join(", ")}\u00A0: sans effet, car`);
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

describe("a wrong command line", () => {
  it.each<[readonly string[], string, string]>([
    [["fly"], "cli/usage#verb", 'There is no verb "fly".'],
    [["chat", "--steps", "3"], "cli/usage#option", "There is no option --steps."],
    [["chat", "-p", "Hi"], "cli/usage#option", "There is no option -p."],
    [["chat", "Hi"], "cli/usage#argument", '"Hi" belongs to no option.'],
    [["chat", "--prompt"], "cli/usage#no-value", "--prompt has no value."],
    [["chat", "--prompt", "--raw"], "cli/usage#like-an-option", "--prompt is followed by --raw, which looks like an option."],
    [["chat", "--raw=yes", "--prompt", "Hi"], "cli/usage#flag", "--raw takes no value."],
    [["chat", "--prompt", "Hi", "--top-k", "few"], "cli/usage#number", '--top-k is "few"; expected a number.'],
    [["data", "--data", data, "--show", "1.5"], "cli/usage#whole-number", '--show is "1.5"; expected a whole number.'],
    [["chat", "--prompt", "Hi", "--max-tokens", "2.5"], "cli/usage#whole-number", '--max-tokens is "2.5"; expected a whole number.'],
    [["chat", "--prompt", "Hi", "--top-k", "1.5"], "cli/usage#whole-number", '--top-k is "1.5"; expected a whole number.'],
    [["train", "--data", data, "--stop-after", "0.5"], "cli/usage#whole-number", '--stop-after is "0.5"; expected a whole number.'],
    [["data", "--data", folder], "cli/no-such-file#is-folder", `${folder} is a folder; a file is expected.`],
    [["train", "--data", data, "--validation-data", folder], "cli/no-such-file#is-folder", `${folder} is a folder; a file is expected.`],
    [
      ["loss", "--batch", batch, "--grads", "out.safetensors"],
      "cli/usage#no-gradient",
      "--grads cannot be followed: of the base alone nothing is trained.",
    ],
    [["loss", "--batch", batch, "--method", "norms", "--rank", "4"], "cli/usage#other-kind", "--rank cannot be used with --method norms."],
    [["loss", "--batch", folder], "cli/no-such-file#is-folder", `${folder} is a folder; a file is expected.`],
    [["quality", "--forms", "int4,q4_0"], "cli/usage#form", 'There is no form "q4_0" of weights.'],
    [
      ["quality", "--text", data, "--data", data],
      "cli/usage#several-texts",
      "--text, --data exclude each other: one text is measured in every form.",
    ],
    [["quality", "--tokens", "0"], "cli/usage#whole-number", '--tokens is "0"; expected a whole number.'],
    [["logits", "--ids", "1,x"], "cli/usage#ids", '--ids is "1,x"; expected whole numbers with commas between them.'],
    [["logits"], "cli/usage#missing", "--ids is missing."],
    [["logits", "--ids", "1", "--ep", "cuda"], "config/invalid#choice", '--ep is "cuda".'],
  ])("%j is named", async (args, key, message) => {
    const failure = await failureOf(() => build(...args));
    expect(failure).toMatchObject({ key, message, code: key.split("#")[0], hint: expect.stringMatching(/\w/) });
  });

  it("takes the start of a method for a loss only where one is named, with its options or by them", () => {
    const start = (...args: readonly string[]) => build("loss", "--batch", batch, ...args).request;
    expect(start()).not.toHaveProperty("start");
    expect(start("--adapter", golden)).not.toHaveProperty("start");
    expect(start("--method", "norms", "--seed", "7")).toMatchObject({ start: { method: { kind: "norms" }, data: { seed: 7 } } });
    expect(start("--rank", "4", "--grads", "g")).toMatchObject({ wantGradients: true, start: { method: { kind: "lora", rank: 4 } } });
  });

  it("takes what looks like an option as a value where it is written with =", () => {
    expect(build("chat", "--prompt=--raw").request).toMatchObject({ prompt: "--raw", raw: false });
    expect(build("train", "--data", data, "--lr", "0.1", "--stop-after", "2").request).toMatchObject({
      config: { optimizer: { learningRate: 0.1 } },
    });
  });
});

describe("settings of a run", () => {
  const file = join(folder, "config.yaml");
  const write = (text: string): void => writeFileSync(file, text);
  const config = (...args: readonly string[]) => (build("train", "--data", data, ...args).request as { config: unknown }).config;

  it("are an option for each that is offered, under its own name or a shorter one", () => {
    for (const name of ["steps", "batch-size", "seq", "lr", "warmup", "clip", "weight-decay", "validation", "checkpoint-every", "seed"])
      expect(options).toHaveProperty([name]);
    const shown: readonly string[] = verbs.train.options;
    expect(offeredKnobs.filter(({ option }) => option !== "seed" && !shown.includes(option))).toEqual([]);
  });

  it("are read by their kinds", () => {
    const asked = ["--targets", "q_proj,v_proj", "--schedule", "linear", "--turns", "last", "--method", "lora", "--optimizer", "adamw"];
    expect(config(...asked, "--rank", "4")).toMatchObject({
      method: { kind: "lora", rank: 4, targets: ["q_proj", "v_proj"] },
      optimizer: { kind: "adamw", schedule: "linear" },
      data: { turns: "last" },
    });
    expect(config("--targets", "/.*\\.[0-9]{1,2}\\..*q_proj/")).toMatchObject({ method: { targets: ["/.*\\.[0-9]{1,2}\\..*q_proj/"] } });
  });

  it("come from a file, and options outweigh it", () => {
    write("data:\n  batchSize: 2\nmethod:\n  kind: lora\n  rank: 4\n  targets: [q_proj]\nstopping:\n");
    expect(config("--config", file, "--rank", "6")).toMatchObject({
      data: { batchSize: 2 },
      method: { kind: "lora", rank: 6, targets: ["q_proj"] },
    });
    const { request } = build("info", "--config", file, "--seq", "64");
    expect(request).toMatchObject({ run: { batchSize: 2, seqLength: 64, method: { rank: 4 }, optimizer: { kind: "adamw" } } });
    expect(build("bench", "--config", file).request).toMatchObject({ run: { batchSize: 2, method: { rank: 4 } } });
    expect(build("bench").request).toMatchObject({ run: { batchSize: 1, method: { kind: "lora", rank: 8 } } });
  });

  it("of a method in a file beside an adapter are named as not used", () => {
    write("method:\n  rank: 4\n");
    const { notes, request } = build("train", "--data", data, "--adapter", golden, "--config", file);
    const told = notes.map(english.text);
    expect(told).toContainEqual(expect.stringContaining(`method in ${file} not used`));
    expect(request).not.toHaveProperty(["config", "method"]);
  });

  it.each<[string, string, RegExp]>([
    ["data: [", "config/invalid#yaml", /config\.yaml is not valid YAML: .*line 1/],
    ["data: {batchSize: 1, batchSize: 2}", "config/invalid#yaml", /unique/],
    ["- 1", "config/invalid#no-sections", /config\.yaml/],
    ["", "config/invalid#no-sections", /config\.yaml/],
    ["# to be written", "config/invalid#no-sections", /config\.yaml/],
    ["training:\n  steps: 3", "config/invalid#section", /training/],
    ["data: 3", "config/invalid#no-settings", /data/],
    ["data:\n  steps: 3", "config/invalid#in-file", /config\.yaml.*steps/],
    ["method:\n  kind: soup", "config/invalid#in-file", /config\.yaml.*soup/],
    ["stopping:\n  steps: many", "config/invalid#in-file", /config\.yaml.*Steps is "many"/],
  ])("from a file with %j are refused by name", async (text, key, message) => {
    write(text);
    const failure = await failureOf(() => config("--config", file));
    expect(failure).toMatchObject({ key, message: expect.stringMatching(message) });
  });

  it("of another method or optimizer are refused, naming option and choice", async () => {
    for (const section of ["method", "optimizer"] as const)
      for (const kind of offeredKinds[section])
        for (const { option, name, section: home } of offeredKnobs) {
          if (home !== section || name in knobsOf(section, kind)) continue;
          const failure = await failureOf(() => config(`--${section}`, kind, `--${option}`, "1"));
          expect(failure.key, option).toBe("cli/usage#other-kind");
          expect(failure.message).toBe(`--${option} cannot be used with --${section} ${kind}.`);
        }
    const hintOf = async (...args: readonly string[]) => (await failureOf(() => config(...args))).hint;
    expect(await hintOf("--virtual-tokens", "4")).toBe("Leave it out, or choose one of: prompt, prefix.");
    expect(await hintOf("--momentum", "0.9")).toBe("Leave it out, or choose one of: sgd.");
    expect(await hintOf("--method", "full", "--rank", "4", "--virtual-tokens", "4")).toBe("Leave them out, or choose another.");
  });

  it("are refused before a browser is started", async () => {
    for (const args of [
      ["--steps", "0"],
      ["--method", "soup"],
      ["--optimizer", "none"],
      ["--schedule", "steep"],
      ["--targets", ""],
    ])
      expect(await failureOf(() => config(...args)), args.join(" ")).toMatchObject({ code: "config/invalid" });
    expect(await failureOf(() => config("--config", join(folder, "none.yaml")))).toMatchObject({ code: "cli/no-such-file" });
  });

  it("go out as a file that comes in again as they were", () => {
    const wanted = configWith({ steps: 7, targets: ["q_proj"], learningRate: 0.5, schedule: "linear", turns: "last" });
    write(formatConfig(wanted));
    expect(parseRunConfig(config("--config", file))).toEqual(wanted);
    expect(formatConfig(wanted)).not.toContain("cycles");
  });
});

describe("what is measured of forms", () => {
  it("is all of them over 2,000 tokens of the neutral text, unless the command says otherwise", () => {
    expect(build("quality").request).toMatchObject({
      verb: "quality",
      forms: quantizations.filter((name) => !needsTexts(name)),
      tokens: 2000,
      over: "neutral",
    });
    const asked = build("quality", "--forms", "nf4, int8,nf4", "--text", data, "--tokens", "5");
    expect(asked.request).toMatchObject({ forms: ["nf4", "int8"], tokens: 5, over: "text" });
    expect(asked.files["text"]).toEqual([data]);
    expect(build("quality", "--batch", batch).request).toMatchObject({ over: "batch", batch: {} });
  });

  it("follows neither --quant nor --adapter, and a batch has its own tokens", () => {
    const { notes } = build("quality", "--quant", "int8", "--adapter", golden, "--batch", batch, "--tokens", "5");
    expect(notes.map(({ key }) => key).toSorted()).toEqual(["ignored/base-alone", "ignored/forms", "ignored/whole-batch"]);
  });
});

describe("the help", () => {
  it.each([english, french])("names and explains every verb and option", (speaker) => {
    const help = helpText(speaker);
    for (const name of Object.keys(options)) expect(help).toMatch(new RegExp(`^ {6}--${name}( \\S.*)?\\n {10}\\S`, "m"));
    for (const name of Object.keys(verbs)) expect(help).toMatch(new RegExp(`^ {2}${name}\\n {6}\\S`, "m"));
    for (const name of turnChoiceNames) expect(help).toContain(`${name} (`);
    for (const name of ownQuantizations) expect(help).toContain(`${name} (`);
    for (const name of ["auto", "as-published"]) expect(help).toContain(name);
  });

  it("tells defaults as they would be typed", () => {
    expect(helpText(english)).toMatch(/Peak step size\. Lower it if the loss jumps or becomes NaN\. Default 0\.0015[.;]/);
    expect(helpText(french)).toMatch(/si la perte fait des bonds ou devient NaN\. Par défaut\u00A0: 0\.0015[.\u202F]/);
  });
});
