// The bundled sample datasets, in the order in which they are offered. The files are in public/samples; what they are called and
// say of themselves are the messages sample/…-title and sample/…-about.

export interface Sample {
  readonly id: (typeof ids)[number];
  readonly file: string;
}

const ids = ["lunar-base", "pirate", "lumi-fr", "pip", "stories"] as const;

export const samples: readonly Sample[] = ids.map((id) => ({ id, file: `${id}.jsonl` }));
