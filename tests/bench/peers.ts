// What Atelier is compared with, and what each of them cannot do. The packages are those of the package.json in this folder, which only
// `--install-peers` fetches: nothing of the app needs them.
import { existsSync, readFileSync } from "node:fs";
import type { TaskName } from "./shapes.ts";

interface Peer {
  /** Whose version is told; null: not a package of npm. */
  readonly package: string | null;
  readonly license: string;
  /** A page of its own in the same browser, or a process of its own. */
  readonly place: "page" | "node" | "python";
  readonly script: string;
  /** What it is given besides the case. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly tasks: readonly TaskName[];
  /** Why not the others. */
  readonly otherwise: string;
}

const generation = ["prompt", "decode", "load"] as const;

export const peers = {
  wllama: {
    package: "@wllama/wllama",
    license: "MIT",
    place: "page",
    script: "wllama.mjs",
    tasks: generation,
    otherwise: "wllama has no training, and answers one prompt at a time.",
  },
  "node-llama-cpp": {
    package: "node-llama-cpp",
    license: "MIT",
    place: "node",
    script: "node-llama-cpp.mjs",
    tasks: generation,
    otherwise: "node-llama-cpp has no training, and its batches are not timed.",
  },
  "jax-js": {
    package: "@jax-js/jax",
    license: "MIT",
    place: "page",
    script: "jax-js.mjs",
    tasks: ["train"],
    otherwise: "jax-js runs no model files and has no generation of its own.",
  },
  tfjs: {
    package: "@tensorflow/tfjs",
    license: "Apache-2.0",
    place: "page",
    script: "tfjs.mjs",
    tasks: ["train"],
    otherwise: "TensorFlow.js runs no model files of this kind and has no generation of its own.",
  },
  pytorch: {
    package: null,
    license: "BSD-3-Clause",
    place: "python",
    script: "pytorch.py",
    tasks: ["train"],
    otherwise: "PyTorch is compared in training only: it has no 4-bit products on this processor, and no generation of its own.",
  },
  "pytorch-checkpointed": {
    package: null,
    license: "BSD-3-Clause",
    place: "python",
    script: "pytorch.py",
    settings: { checkpointed: true },
    tasks: ["train"],
    otherwise: "PyTorch is compared in training only: it has no 4-bit products on this processor, and no generation of its own.",
  },
} as const satisfies Readonly<Record<string, Peer>>;

export type PeerName = keyof typeof peers;
export const peerNames = Object.keys(peers) as readonly PeerName[];

const packages = new URL("node_modules/", import.meta.url);

/** Why a peer cannot be timed at a task at all; null: it can be tried. */
export function obstacle(name: PeerName, task: TaskName): string | null {
  const { package: wanted, tasks, otherwise }: Peer = peers[name];
  if (!tasks.includes(task)) return otherwise;
  if (wanted === null || existsSync(new URL(`${wanted}/package.json`, packages))) return null;
  return `${wanted} is not installed: npm run -s bench -- --install-peers fetches it.`;
}

/** Version and licence as its package has them; a peer that is no package says its version itself. */
export function about(name: string): { readonly version?: string; readonly license: string } {
  const peer: Peer | undefined = Object.hasOwn(peers, name) ? peers[name as PeerName] : undefined;
  const path = peer ? peer.package && new URL(`${peer.package}/package.json`, packages) : new URL("../../package.json", import.meta.url);
  if (!path) return { license: peer?.license ?? "" };
  const { version, license } = JSON.parse(readFileSync(path, "utf8")) as { version: string; license: string };
  return { version, license };
}
