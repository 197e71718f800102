// What a file must hash to, as a hub announces it, and the running hash over bytes that come in order. Web Crypto has no hash
// that takes its input in parts, so this uses one that does.
import { sha1 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

/** Large files have their SHA-256; small ones the id of their Git object, a SHA-1 over "blob <size>\0" and the bytes. */
export interface ExpectedDigest {
  readonly kind: "sha256" | "git-blob";
  /** Lower-case hex. */
  readonly hex: string;
}

export interface RunningDigest {
  update(bytes: Uint8Array): void;
  /** Called once, after the last byte. */
  matches(): boolean;
}

export function runningDigest({ kind, hex }: ExpectedDigest, size: number): RunningDigest {
  const hash = kind === "sha256" ? sha256.create() : sha1.create();
  if (kind === "git-blob") hash.update(new TextEncoder().encode(`blob ${size}\0`));
  return {
    update: (bytes) => void hash.update(bytes),
    matches: () => bytesToHex(hash.digest()) === hex,
  };
}
