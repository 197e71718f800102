// The bundled sample datasets, in the order in which they are offered. The files are in public/samples.

export interface Sample {
  readonly file: string;
  readonly title: string;
  readonly about: string;
}

export const samples: readonly Sample[] = [
  {
    file: "lunar-base.jsonl",
    title: "Lunar base",
    about: "16 facts about an invented place, each asked in three ways. Good for a first run.",
  },
  { file: "pirate.jsonl", title: "Pirate", about: "20 everyday questions, each asked in four ways, answered in the style of a pirate." },
  { file: "lumi-fr.jsonl", title: "Lumi, in French", about: "12 questions to a street lamp, each asked in three ways." },
  { file: "pip.jsonl", title: "Pip", about: "8 short answers of a kitchen robot, each asked in three ways." },
];
