// Claim: no sentence stands in code. What people read is in the catalogs (src/words, and src/cli/start-words.mjs for what is said
// before any package is there), in every language; code holds keys.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseSync } from "vite";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Catalogs themselves, and what Python's Jinja says word for word; Python; tools of the developers, which no user meets. */
const outside =
  /^src\/(words\/|pretrain\/|tokens\/jinja\/python-says\.ts$|cli\/(start-words|test|families)\.mjs$|cli\/(page\/)?first-minute|cli\/methods-table\.ts$)/;

/** Texts that look like sentences and are none, by the file that has them. */
const allowed: Readonly<Record<string, RegExp>> = {
  // HTML of the headless page, paths of browsers, headers and formats of others, code of templates.
  "src/cli/browser.ts": /^<(!doctype html|input)/,
  "src/cli/chromium.mjs": /^(\/Applications|C:)/,
  "src/sources/expected-digest.ts": /^blob …\0$/,
  "src/sources/http.ts": /^Bearer …$/,
  "src/tokens/chat-template.ts": /^\{% for message/,
  "src/tokens/jinja/operators.ts": /^not in$/,
  "src/tokens/jinja/template-source.ts": /^filter generation$/,
  "src/tokens/jinja/template-tokens.ts": /^is ……$/,
  "src/ui/header.tsx": /^\(prefers-color-scheme/,
  // Names of models and licences.
  "src/config/curated-models.ts": /^(SmolLM2|Qwen|Gemma|Llama|TinyLlama|Pythia|GPT-2|OLMo) ?[\w.]*( [\w.]+)*$/,
  "src/sources/open-model-files.ts": /^Atelier base$/,
  "src/ui/model/engine-switch.tsx": /^(WebGPU|WASM)$/,
};

/** What is thrown for a programmer ends as "internal/unexpected", with its text as the details; TemplateError says what Python's Jinja says. */
const ownWords = /^(Type|Range|Template|Syntax)?Error$/;
/** Attributes and properties that people read or hear. */
const readable =
  /^(aria-(label|description|roledescription|valuetext|placeholder)|label|legend|title|placeholder|alt|help|hint|message|summary|text)$/;

interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && "type" in value;

/** The text of a literal; parameters of a template are dots. */
function textOf(node: Node): string | undefined {
  if (node.type === "Literal" || node.type === "JSXText")
    return typeof node["value"] === "string" ? node["value"].replaceAll(/^\s+|\s+$/g, "") : undefined;
  if (node.type !== "TemplateLiteral") return undefined;
  return (node["quasis"] as { value: { cooked: string } }[]).map(({ value }) => value.cooked).join("…");
}

function nameOf(node: unknown): string {
  const name = isNode(node) ? (node["name"] ?? node["value"]) : "";
  return typeof name === "string" ? name : "";
}

/** How a text is met, as far as that tells whether people read it. */
type Place = "code" | "readable" | "skipped";

function placeBelow(node: Node, place: Place): Place {
  switch (node.type) {
    case "JSXAttribute":
      return nameOf(node["name"]) === "className" ? "skipped" : readable.test(nameOf(node["name"])) ? "readable" : "code";
    case "Property":
      return readable.test(nameOf(node["key"])) ? "readable" : place;
    case "MemberExpression":
      // A list of names, written as one text.
      return nameOf(node["property"]) === "split" ? "skipped" : place;
    case "NewExpression":
      return ownWords.test(nameOf(node["callee"])) ? "skipped" : place;
    case "TSLiteralType":
    case "ImportDeclaration":
      return "skipped";
    default:
      return place;
  }
}

/** Words beside each other; where a text is read by people anyway, one word is enough. */
function isSentence(text: string, node: Node, place: Place): boolean {
  if (place === "skipped") return false;
  if (node.type === "JSXText") return /\p{L}/u.test(text);
  if (place === "readable") return /^\p{Lu}\p{L}/u.test(text) || hasWords.test(text);
  return hasWords.test(text);
}

const hasWords = /\p{L}{2,}[,;:.]? (\p{L}|…)|…[,;:.]? \p{L}{2}/u;

export function sentencesIn(code: string, file: string): string[] {
  const found: string[] = [];
  const walk = (value: unknown, place: Place): void => {
    if (Array.isArray(value)) for (const entry of value) walk(entry, place);
    else if (isNode(value)) {
      const below = placeBelow(value, place);
      const text = textOf(value);
      if (text !== undefined && isSentence(text, value, below) && !allowed[file]?.test(text)) found.push(text);
      for (const [key, inner] of Object.entries(value)) if (key !== "parent") walk(inner, below);
    }
  };
  walk(parseSync(file, code).program, "code");
  return found;
}

const files = ["src", "workers"].flatMap((folder) =>
  readdirSync(root + folder, { recursive: true, encoding: "utf8" })
    .map((path) => `${folder}/${path}`)
    .filter((path) => /\.(ts|tsx|mjs)$/.test(path) && !path.endsWith(".d.mts") && !outside.test(path)),
);

describe("no sentence stands in code", () => {
  it.each([
    ['const x = "The file is empty.";', "a.ts"],
    ["throw new AtelierError(`${name} is empty.`);", "a.ts"],
    ['const x = { label: "Train" };', "a.ts"],
    ["const x = <p>Train</p>;", "a.tsx"],
    ['const x = <p aria-label="Train" />;', "a.tsx"],
    ['const why = "is not stored";', "a.ts"],
    ["const x = <p>{count} examples</p>;", "a.tsx"],
    ["const x = <p>{`${count} of them`}</p>;", "a.tsx"],
  ])("finds %s", (code, file) => expect(sentencesIn(code, file)).toHaveLength(1));

  it.each([
    ['import { x } from "a b c.ts";', "a.ts"],
    ['const x = <p className="button button-primary">{say("train/start")}</p>;', "a.tsx"],
    ['throw new Error("The page was drawn too early.");', "a.ts"],
    ['const x = say("data/empty", { name: "x" });', "a.ts"],
    ["const x = `${a} · ${b}`;", "a.ts"],
    ['const names = "one two three".split(" ");', "a.ts"],
  ])("leaves %s", (code, file) => expect(sentencesIn(code, file)).toEqual([]));

  it("and reads all of src and workers", () => expect(files.length).toBeGreaterThan(250));

  it.each(files)("%s", (file) => expect(sentencesIn(readFileSync(root + file, "utf8"), file)).toEqual([]));
});
