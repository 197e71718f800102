// What a visitor waits for is small: the page's code before the engine, and the worker's before a model. Words are data beside them, a
// language at a time; so is the runtime, one of two. What is too large is named, module by module.
import { gzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "vite";
import { beforeAll, describe, expect, it, vi } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

interface Chunk {
  readonly gzip: number;
  /** What is loaded with it. */
  readonly imports: readonly string[];
  /** Bytes by module, before they are minified. */
  readonly modules: Readonly<Record<string, number>>;
}

/** Of the page and of each worker, which are built one by one; chunks by file name. */
const builds: Map<string, Chunk>[] = [];

function weighing(): Plugin {
  return {
    name: "weighing",
    generateBundle(_, bundle) {
      const chunks = new Map<string, Chunk>();
      for (const [file, chunk] of Object.entries(bundle)) {
        if (chunk.type !== "chunk") continue;
        const modules = Object.entries(chunk.modules).map(([id, { renderedLength }]) => [id.replace(root, ""), renderedLength] as const);
        chunks.set(file, { gzip: gzipSync(chunk.code).length, imports: chunk.imports, modules: Object.fromEntries(modules) });
      }
      builds.push(chunks);
    },
  };
}

/** An entry with all that is loaded before it runs. */
function loaded(name: string): { readonly kB: number; readonly largest: string } {
  const found = builds.flatMap((chunks) => [...chunks.keys()].filter((file) => file.includes(name)).map((file) => ({ chunks, file })))[0];
  if (!found) throw new Error(`nothing is built of ${name}`);
  const files = new Set([found.file]);
  for (const file of files) for (const imported of found.chunks.get(file)?.imports ?? []) files.add(imported);
  const chunks = [...files].flatMap((file) => found.chunks.get(file) ?? []);
  const largest = chunks
    .flatMap(({ modules }) => Object.entries(modules))
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, 12);
  const kB = chunks.reduce((sum, { gzip }) => sum + gzip, 0) / 1000;
  return { kB, largest: largest.map(([module, bytes]) => `${module} ${Math.round(bytes / 1000)} kB`).join(", ") };
}

beforeAll(async () => {
  // As the site is built: React has another half for tests.
  vi.stubEnv("NODE_ENV", "production");
  await build({
    root,
    logLevel: "silent",
    plugins: [weighing()],
    worker: { plugins: () => [weighing()] },
    build: { write: false, reportCompressedSize: false },
  }).finally(() => vi.unstubAllEnvs());
}, 120_000);

describe("code, packed as hosts pack it", () => {
  it.each([
    ["the page before the engine", "assets/index-", 120],
    ["the engine worker", "assets/engine.worker-", 200],
    ["the data worker", "assets/data.worker-", 110],
  ])("of %s", (_what, file, limit) => {
    const { kB, largest } = loaded(file);
    expect(kB, `${kB.toFixed(1)} kB are more than ${limit}; before they are minified the largest are ${largest}`).toBeLessThanOrEqual(
      limit,
    );
    // An entry that is not found, or is all lazy, would pass.
    expect(kB).toBeGreaterThan(limit / 4);
  });
});
