// The README.md of an exported adapter, as PEFT writes one: what programs read at its head, and below it, in words, the weights that it
// was trained on and what to run it on.
import type { RunRecord } from "../checkpoint/run-record.ts";
import { hubIdOf, trainedOn } from "../config/trained-on.ts";
import type { AdapterCard } from "../protocol/transfer-api.ts";
import { words } from "../words/message.ts";

export function adapterCard(record: Pick<RunRecord, "name" | "model" | "phase" | "stepsDone" | "config">): AdapterCard {
  const { name, model, config } = record;
  const base = hubIdOf(model);
  // Only an id of the hub is a base that others can look up; the hub refuses other names there.
  const facts = { ...(base === null ? {} : { base_model: base }), library_name: "peft", pipeline_tag: "text-generation" };
  const tags = [...(base === null ? [] : [`base_model:adapter:${base}`]), "lora"];
  const lines = [...Object.entries(facts).map((fact) => fact.join(": ")), "tags:", ...tags.map((tag) => `- ${tag}`)];
  const paragraphs = [trainedOn(record), ...(config.method.kind === "pissa" ? [words("transfer/pissa-as-lora")] : [])];
  return { name: "README.md", front: `---\n${lines.join("\n")}\n---\n`, title: name, paragraphs };
}
