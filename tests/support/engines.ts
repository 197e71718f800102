// Every engine that is present here, for tests that must hold on each. An engine that is absent is a printed skip.
import { describe } from "vitest";
import type { Engine } from "../../src/runtime/engine.ts";
import { describeGpu } from "../../src/runtime/gpu.ts";
import type { OrtProvider } from "../../src/runtime/ort-builds.ts";
import { createOrtEngine } from "../../src/runtime/ort-engine.ts";
import { createReferenceEngine } from "../../src/runtime/reference/reference-engine.ts";
import { english } from "./words.ts";

type EngineName = OrtProvider | "reference";

const gpu = await describeGpu();
const made = new Map<EngineName, Promise<Engine>>();

export function engineOf(name: EngineName): Promise<Engine> {
  const known = made.get(name);
  if (known) return known;
  const fresh = name === "reference" ? Promise.resolve(createReferenceEngine()) : createOrtEngine(name);
  made.set(name, fresh);
  return fresh;
}

/** Declares a suite once per engine. */
export function describeEngines(title: string, names: readonly EngineName[], suite: (name: EngineName) => void): void {
  for (const name of names) {
    const absent = name === "webgpu" && "reason" in gpu;
    if (absent) console.warn(`SKIPPED ${title} on webgpu: ${english.text(gpu.reason)}`);
    describe.skipIf(absent)(`${title} on ${name}`, () => suite(name));
  }
}
