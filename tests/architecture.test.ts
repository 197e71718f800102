// Holds the table of folders: who may import whom. Data flows one way through these folders, so a folder that reaches
// upwards is a design fault long before it is a bug.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

interface Folder {
  readonly may: readonly string[];
  /** Imports that vanish when compiled. */
  readonly types?: readonly string[];
}

const upTo = (last: string, order: readonly string[]): readonly string[] => order.slice(0, order.indexOf(last) + 1);
const workerSide =
  "words base config data tokens graph runtime model train generate metrics storage checkpoint interchange sources protocol".split(" ");

const table: Readonly<Record<string, Folder>> = {
  // Texts and their types. What is not yet said crosses everywhere; only `language` reads the texts.
  words: { may: [] },
  language: { may: ["words"] },
  base: { may: ["words"] },
  config: { may: ["words", "base"] },
  data: { may: ["words", "base", "config"] },
  tokens: { may: ["words", "base", "config", "data"] },
  graph: { may: ["words", "base"] },
  runtime: { may: ["words", "base", "graph"] },
  // Weights are brought onto an engine tensor by tensor, so that no model is ever whole on the host.
  model: { may: ["words", "base", "config", "graph", "runtime"] },
  train: { may: ["words", "base", "config", "tokens", "graph", "model", "runtime"] },
  generate: { may: ["words", "base", "tokens", "model", "runtime"] },
  metrics: { may: ["words", "base"] },
  storage: { may: ["words", "base"] },
  checkpoint: { may: ["words", "base", "config", "storage"] },
  interchange: { may: ["words", "base", "config", "model"] },
  // Bytes from hubs, addresses and folders; knows nothing of models.
  sources: { may: ["words", "base", "config"] },
  protocol: { may: ["words", "base"], types: upTo("sources", workerSide) },
  session: { may: workerSide },
  client: { may: ["words", "base", "protocol"] },
  state: { may: ["words", "language", "base", "config", "metrics", "protocol", "client"] },
  ui: { may: ["words", "language", "base", "config", "metrics", "state"] },
  // Scripts for Node, and the page that the headless command drives: it stands where client, state and ui do, and reads
  // batches that are tokens already.
  cli: { may: ["words", "language", "base", "config", "data", "tokens", "protocol", "client"] },
  // Offline scripts that make the bundled model; no TypeScript of the app.
  pretrain: { may: [] },
};

/** Files directly in src/ that start something. */
const entries: Readonly<Record<string, Folder>> = {
  "src/main.tsx": { may: ["ui", "state", "client"] },
};

/** Packages that have one importer, so that they can be replaced in one place. */
const owners: Readonly<Record<string, string>> = {
  "onnxruntime-web": "runtime",
  "idb-keyval": "storage",
  "@xenova/transformers": "tokens",
  "@huggingface/jinja": "tokens",
  "onnx-proto": "graph",
  "@noble/hashes": "sources",
  recharts: "ui",
  yaml: "config",
  "intl-messageformat": "language",
  zustand: "state",
  fflate: "data",
};

interface Import {
  readonly target: string;
  readonly typeOnly: boolean;
}

const root = fileURLToPath(new URL("../", import.meta.url));

function filesBelow(folder: string): string[] {
  const found = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
  return found.filter((path) => /\.(ts|tsx|mjs)$/.test(path) && !path.endsWith(".d.mts")).map((path) => `${folder}/${path}`);
}

const read = (file: string): string => readFileSync(join(root, file), "utf8");

/** Static, type-only, side-effect and dynamic imports, re-exports, and workers by URL. */
function importsOf(file: string): Import[] {
  const text = read(file).replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
  const patterns = [
    /^\s*(?:import|export)\s+(?:(type)\s+)?(?:[\w*{][^;"']*?\sfrom\s+)?["']([^"']+)["']/gm,
    /()\bimport\(\s*["']([^"']+)["']/g,
    /()new URL\(\s*["'](\.[^"']+\.ts)["']/g,
  ];
  return patterns.flatMap((pattern) =>
    [...text.matchAll(pattern)].map(([whole, type, specifier]) => ({
      target: resolve(file, specifier ?? ""),
      typeOnly: type === "type" || isOnlyTypes(whole),
    })),
  );
}

/** import { type A, type B } from … */
function isOnlyTypes(statement: string): boolean {
  const names = /\{([^}]*)\}/.exec(statement)?.[1];
  return names !== undefined && names.split(",").every((name) => name.trim() === "" || name.trim().startsWith("type "));
}

function resolve(from: string, specifier: string): string {
  const path = specifier.split("?")[0] ?? "";
  return path.startsWith(".") ? normalize(join(dirname(from), path)) : path;
}

const isLocal = (target: string): boolean => target.startsWith("src/") || target.startsWith("workers/");
const folderOf = (file: string): string => (file.startsWith("workers/") ? "workers" : (file.split("/")[1] ?? ""));
const sources = filesBelow("src");
const workers = filesBelow("workers");

function allowed(file: string, { target, typeOnly }: Import): boolean {
  const [from, to] = [folderOf(file), folderOf(target)];
  const rule = entries[file] ?? table[from];
  if (!rule) return false;
  if (from === to && !(file in entries)) return true;
  if (to === "workers") return from === "client" || from === "cli";
  return rule.may.includes(to) || (typeOnly && (rule.types?.includes(to) ?? false));
}

describe("the table of folders", () => {
  it("finds the imports of every kind", () => {
    const kinds = importsOf("src/session/engine-session.ts");
    expect(kinds).toContainEqual({ target: "src/runtime/engine.ts", typeOnly: true });
    expect(kinds).toContainEqual({ target: "src/checkpoint/run-store.ts", typeOnly: false });
    expect(importsOf("src/runtime/ort-builds.ts").map(({ target }) => target)).toContain("src/runtime/ort-webgpu.ts");
    expect(importsOf("src/runtime/ort-webgpu.ts").map(({ target }) => target)).toContain("onnxruntime-web/webgpu");
  });

  it("has a row for every folder of src", () => {
    const folders = readdirSync(join(root, "src"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => name).filter((name) => !(name in table))).toEqual([]);
  });

  it.each([...Object.keys(table), ...Object.keys(entries)])("%s imports only what it may", (row) => {
    const files = sources.filter((file) => file === row || (folderOf(file) === row && !(file in entries)));
    const wrong = files.flatMap((file) =>
      importsOf(file).flatMap((found) => (isLocal(found.target) && !allowed(file, found) ? [`${file} imports ${found.target}`] : [])),
    );
    expect(wrong).toEqual([]);
  });

  it("has a row for every file directly in src", () => {
    expect(sources.filter((file) => file.split("/").length === 2 && !(file in entries))).toEqual([]);
  });

  it.each(workers)("%s is an entry of at most 30 lines onto session and protocol", (file) => {
    expect(read(file).split("\n").length).toBeLessThanOrEqual(31);
    const folders = importsOf(file).flatMap(({ target }) => (isLocal(target) ? [folderOf(target)] : []));
    expect(folders.filter((folder) => folder !== "session" && folder !== "protocol")).toEqual([]);
  });

  it("lets only workers use session", () => {
    const users = sources.filter(
      (file) => folderOf(file) !== "session" && importsOf(file).some(({ target }) => folderOf(target) === "session"),
    );
    expect(users).toEqual([]);
  });
});

describe("packages with one owner", () => {
  it.each(Object.entries(owners))("%s is imported only by %s", (name, owner) => {
    const users = [...sources, ...workers].filter((file) =>
      importsOf(file).some(({ target }) => target === name || target.startsWith(`${name}/`)),
    );
    expect(users.filter((file) => folderOf(file) !== owner)).toEqual([]);
  });
});

describe("files", () => {
  it("have at most 300 lines", () => {
    expect(sources.filter((file) => read(file).trimEnd().split("\n").length > 300)).toEqual([]);
  });

  it("import each other without cycles", () => {
    expect(findCycle(new Map([...sources, ...workers].map((file) => [file, importsOf(file).map(({ target }) => target)])))).toEqual([]);
  });

  it("would find a cycle", () => {
    const graph = new Map([
      ["a", ["b"]],
      ["b", ["c"]],
      ["c", ["b"]],
    ]);
    expect(findCycle(graph)).toEqual(["b", "c", "b"]);
  });
});

/** The first cycle found, as a path that returns to its start; empty where there is none. */
function findCycle(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return [];
    for (const target of graph.get(file) ?? []) {
      const cycle = visit(target, [...path, file]);
      if (cycle.length > 0) return cycle;
    }
    done.add(file);
    return [];
  };
  for (const file of graph.keys()) {
    const cycle = visit(file, []);
    if (cycle.length > 0) return cycle;
  }
  return [];
}
