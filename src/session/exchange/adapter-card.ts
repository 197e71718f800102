// The README.md of an exported adapter, as PEFT writes one: what programs read at its head, and below it, in words, the weights that it
// was trained on and what to run it on.
import type { RunRecord } from "../../checkpoint/run-record.ts";
import { makesModel } from "../../config/new-model.ts";
import type { MethodKind } from "../../config/run-config.ts";
import { hubIdOf, trainedOn } from "../../config/trained-on.ts";
import type { AdapterCard } from "../../protocol/transfer-api.ts";
import { words } from "../../words/message.ts";

type CardRecord = Pick<RunRecord, "name" | "model" | "phase" | "stepsDone" | "config">;

/** @param isPeft whether the files are PEFT's; else they are plain tensors with our own description */
export function adapterCard(record: CardRecord, isPeft: boolean): AdapterCard {
  const { name, model, config } = record;
  if (makesModel(config.method)) return wholeModelCard(name);
  const base = hubIdOf(model);
  // Only an id of the hub is a base that others can look up; the hub refuses other names there.
  const library = isPeft ? { library_name: "peft" } : {};
  const facts = { ...(base === null ? {} : { base_model: base }), ...library, pipeline_tag: "text-generation" };
  const tags = [...(base === null ? [] : [`base_model:adapter:${base}`]), tagOf(config.method.kind)];
  const paragraphs = [trainedOn(record), ...(config.method.kind === "pissa" ? [words("transfer/pissa-as-lora")] : [])];
  return { name: "README.md", front: frontOf(facts, tags), title: name, paragraphs };
}

/** Of what was trained from scratch there is no base. */
function wholeModelCard(title: string): AdapterCard {
  const front = frontOf({ library_name: "transformers", pipeline_tag: "text-generation" }, ["scratch"]);
  return { name: "README.md", front, title, paragraphs: [words("transfer/whole-model")] };
}

function frontOf(facts: Readonly<Record<string, string>>, tags: readonly string[]): string {
  const lines = [...Object.entries(facts).map((fact) => fact.join(": ")), "tags:", ...tags.map((tag) => `- ${tag}`)];
  return `---\n${lines.join("\n")}\n---\n`;
}

/** What goes out as LoRA is tagged so, as PEFT does it; other methods by their own names. */
function tagOf(kind: MethodKind): string {
  return ["lora", "rslora", "dora", "pissa"].includes(kind) ? "lora" : kind;
}
