// Refuses a checkpoint that does not fit its config.json, by names and shapes alone: before anything large is read.
import { AtelierError } from "../base/errors.ts";
import { sameShape, type Shape } from "../base/tensor.ts";
import { requiredTensors, type ModelSpec } from "./spec.ts";
import type { TensorReader } from "./tensor-reader.ts";

/**
 * Refuses a checkpoint that does not fit the specification, before anything large is read.
 * @throws AtelierError `model/tensor-missing`, `model/tensor-shape`, `model/tensor-unknown`, naming the tensor.
 */
export function checkTensors(spec: ModelSpec, shapes: ReadonlyMap<string, Shape>): void {
  const required = requiredTensors(spec);
  for (const [name, shape] of required) {
    const found = shapes.get(name);
    if (!found) throw new AtelierError("model/tensor-missing#asked", { tensor: name });
    if (!sameShape(found, shape))
      throw new AtelierError("model/tensor-shape", { tensor: name, found: found.join(", "), expected: shape.join(", ") });
  }
  const leftOver = [...shapes.keys()].find((name) => !required.has(name) && !isIgnorable(spec, name));
  if (leftOver !== undefined) throw new AtelierError("model/tensor-unknown#unused", { tensor: leftOver });
}

/** Buffers that old checkpoints carry, and the copy of a tied head. */
export function isIgnorable({ buffers, tiedHead, names }: ModelSpec, name: string): boolean {
  return buffers.test(name) || (tiedHead && name === `${names.head}.weight`);
}

/** The bare decoder's checkpoint, as GPT-2's authors published it, lacks the prefix of every name. */
export function withFullNames({ names }: ModelSpec, reader: TensorReader): TensorReader {
  const { embedding, prefix } = names;
  if (reader.shapes.has(embedding) || !reader.shapes.has(embedding.slice(prefix.length))) return reader;
  const full = new Map([...reader.shapes.keys()].map((name) => [name === `${names.head}.weight` ? name : prefix + name, name]));
  return {
    shapes: new Map([...full].map(([name, stored]) => [name, reader.shapes.get(stored) ?? []])),
    read: (name, ...rows) => reader.read(full.get(name) ?? name, ...rows),
    ...(reader.published ? { published: renamed(full, reader.published) } : {}),
  };
}

/** @param full stored names by the full ones */
function renamed<T>(full: ReadonlyMap<string, string>, of: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  const found = [...full].map(([name, stored]) => [name, of.get(stored)] as const);
  return new Map(found.filter((entry): entry is readonly [string, T & {}] => entry[1] !== undefined));
}
