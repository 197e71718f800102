// What another part of the code put in its place: a layer of a list, a tensor of a table. Where it is not there, that is a fault, which is
// said where it happens.
import { AtelierError } from "./errors.ts";

/**
 * @param name what it is asked for by
 * @throws AtelierError `internal/missing`
 */
export function the<T>(value: T | null | undefined, name: string | number): T {
  if (value === undefined || value === null) throw new AtelierError("internal/missing", { name: String(name) });
  return value;
}

/** @throws as {@link the} */
export function itemOf<T>(list: readonly T[], at: number): T {
  return the(list[at], at);
}

/** @throws as {@link the} */
export function entryOf<K, T>(table: ReadonlyMap<K, T>, name: K & (string | number)): T {
  return the(table.get(name), name);
}
