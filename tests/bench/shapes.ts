// The shapes that are timed, and what is done with each. Their weights are random: times do not depend on them.

export interface Shape {
  readonly name: string;
  readonly hidden: number;
  readonly mlp: number;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly vocabulary: number;
  readonly context: number;
  readonly ropeTheta: number;
  /** Of a training step. */
  readonly batch: BatchShape;
  /** GiB that must be free: weights in float32 once, which the largest peer holds, and what a step takes. */
  readonly leastFreeGiB: number;
}

export interface BatchShape {
  readonly rows: number;
  readonly tokens: number;
}

const smolLm2 = { vocabulary: 49_152, context: 2048, ropeTheta: 100_000, batch: { rows: 1, tokens: 256 } };

export const shapes = [
  {
    // karpathy/tinyllamas stories260K
    name: "tiny",
    hidden: 64,
    mlp: 172,
    layers: 5,
    heads: 8,
    kvHeads: 4,
    vocabulary: 512,
    context: 512,
    ropeTheta: 10_000,
    batch: { rows: 4, tokens: 128 },
    leastFreeGiB: 1,
  },
  {
    // karpathy/tinyllamas stories15M
    name: "15M",
    hidden: 288,
    mlp: 768,
    layers: 6,
    heads: 6,
    kvHeads: 6,
    vocabulary: 32_000,
    context: 1024,
    ropeTheta: 10_000,
    batch: { rows: 1, tokens: 256 },
    leastFreeGiB: 2,
  },
  // HuggingFaceTB/SmolLM2-135M and SmolLM2-360M
  { name: "135M", hidden: 576, mlp: 1536, layers: 30, heads: 9, kvHeads: 3, ...smolLm2, leastFreeGiB: 6 },
  { name: "360M", hidden: 960, mlp: 2560, layers: 32, heads: 15, kvHeads: 5, ...smolLm2, leastFreeGiB: 12 },
] as const satisfies readonly Shape[];

export const shapeNames = shapes.map(({ name }) => name);

export interface Task {
  readonly what: string;
  /** One of what a turn counts. */
  readonly unit: "step" | "token" | "load";
}

export const tasks = {
  train: { what: "training step (LoRA, rank 8, all linear layers)", unit: "step" },
  prompt: { what: "reading a prompt, until the first token of the answer", unit: "token" },
  decode: { what: "decoding, greedily, after the prompt", unit: "token" },
  batched: { what: "decoding eight sequences at once, after their prompts", unit: "token" },
  load: { what: "loading the file, until the first token of an answer to one token", unit: "load" },
} as const satisfies Record<string, Task>;

export type TaskName = keyof typeof tasks;
export const taskNames = Object.keys(tasks) as readonly TaskName[];

/** What a contestant is asked to prepare. Survives JSON. */
export interface Case {
  readonly task: TaskName;
  readonly shape: Shape;
  readonly provider: "wasm" | "webgpu";
  readonly quantization: string;
  readonly prompt: Prompt;
  readonly newTokens: number;
}

/** The same tokens for whoever takes ids and for whoever takes a text. */
export interface Prompt {
  readonly text: string;
  readonly ids: readonly number[];
}

/** Letters, each of which is a token of its own in model-file.ts: that of its byte. */
export function promptOf(length: number): Prompt {
  const ids = Array.from({ length }, (_, at) => byteId(97 + ((at * 7) % 26)));
  return { ids, text: ids.map((id) => String.fromCodePoint(id - byteId(0))).join("") };
}

/** Behind the three special tokens. */
export const byteId = (byte: number): number => 3 + byte;
