// Models of the hub that are known to fit a browser tab. Parameters are counted from each config.json with its tied or untied
// head; licence and context are those of the model's card at https://huggingface.co/<id>; the download is that of the weights.

export interface CuratedModel {
  readonly id: string;
  readonly title: string;
  /** model_type of its config.json. */
  readonly family: string;
  readonly parameters: number;
  /** What the file holds beside the parameters: a tied head written out, attention masks. */
  readonly extraBytes?: number;
  readonly bytesPerNumber: 2 | 4;
  readonly license: string;
  readonly contextLength: number;
  /** Needs an account that has accepted the licence, and its token. */
  readonly gated: boolean;
  readonly about: string;
}

export const curatedModels: readonly CuratedModel[] = [
  {
    id: "HuggingFaceTB/SmolLM2-135M-Instruct",
    title: "SmolLM2 135M Instruct",
    family: "llama",
    parameters: 134_515_008,
    bytesPerNumber: 2,
    license: "Apache-2.0",
    contextLength: 8192,
    gated: false,
    about: "The smallest that chats in whole sentences. A first real run, on any computer.",
  },
  {
    id: "HuggingFaceTB/SmolLM2-360M-Instruct",
    title: "SmolLM2 360M Instruct",
    family: "llama",
    parameters: 361_821_120,
    bytesPerNumber: 2,
    license: "Apache-2.0",
    contextLength: 8192,
    gated: false,
    about: "Follows instructions better than its small sister, still light.",
  },
  {
    id: "Qwen/Qwen2.5-0.5B-Instruct",
    title: "Qwen2.5 0.5B Instruct",
    family: "qwen2",
    parameters: 494_032_768,
    bytesPerNumber: 2,
    license: "Apache-2.0",
    contextLength: 32_768,
    gated: false,
    about: "Many languages, structured output; strong for its size.",
  },
  {
    id: "Qwen/Qwen3-0.6B",
    title: "Qwen3 0.6B",
    family: "qwen3",
    parameters: 596_049_920,
    extraBytes: 311_164_928,
    bytesPerNumber: 2,
    license: "Apache-2.0",
    contextLength: 32_768,
    gated: false,
    about: "Thinks before it answers where it is asked to; many languages.",
  },
  {
    id: "google/gemma-3-270m-it",
    title: "Gemma 3 270M",
    family: "gemma3_text",
    parameters: 268_098_176,
    bytesPerNumber: 2,
    license: "Gemma Terms of Use",
    contextLength: 32_768,
    gated: true,
    about: "Made to be fine-tuned for one narrow task, such as sorting or extracting.",
  },
  {
    id: "google/gemma-3-1b-it",
    title: "Gemma 3 1B",
    family: "gemma3_text",
    parameters: 999_885_952,
    bytesPerNumber: 2,
    license: "Gemma Terms of Use",
    contextLength: 32_768,
    gated: true,
    about: "A capable chat model, for graphics adapters with memory to spare.",
  },
  {
    id: "meta-llama/Llama-3.2-1B-Instruct",
    title: "Llama 3.2 1B Instruct",
    family: "llama",
    parameters: 1_235_814_400,
    bytesPerNumber: 2,
    license: "Llama 3.2 Community License",
    contextLength: 131_072,
    gated: true,
    about: "Summaries and rewriting; eight languages. For graphics adapters with memory to spare.",
  },
  {
    id: "TinyLlama/TinyLlama-1.1B-Chat-v1.0",
    title: "TinyLlama 1.1B Chat",
    family: "llama",
    parameters: 1_100_048_384,
    bytesPerNumber: 2,
    license: "Apache-2.0",
    contextLength: 2048,
    gated: false,
    about: "The Llama 2 architecture at small size; much used in papers.",
  },
  {
    id: "EleutherAI/pythia-70m",
    title: "Pythia 70M",
    family: "gpt_neox",
    parameters: 70_426_624,
    extraBytes: 25_165_824,
    bytesPerNumber: 2,
    license: "Apache-2.0",
    contextLength: 2048,
    gated: false,
    about: "Continues text, does not chat. For experiments: every step of its training is public.",
  },
  {
    id: "EleutherAI/pythia-160m",
    title: "Pythia 160M",
    family: "gpt_neox",
    parameters: 162_322_944,
    extraBytes: 50_331_648,
    bytesPerNumber: 2,
    license: "Apache-2.0",
    contextLength: 2048,
    gated: false,
    about: "Continues text, does not chat. The larger sister of the 70M.",
  },
  {
    id: "openai-community/gpt2",
    title: "GPT-2",
    family: "gpt2",
    parameters: 124_439_808,
    extraBytes: 50_331_648,
    bytesPerNumber: 4,
    license: "MIT",
    contextLength: 1024,
    gated: false,
    about: "The classic of 2019. Continues English text, does not chat.",
  },
  {
    id: "allenai/OLMo-2-0425-1B",
    title: "OLMo 2 1B",
    family: "olmo2",
    parameters: 1_484_916_736,
    bytesPerNumber: 4,
    license: "Apache-2.0",
    contextLength: 4096,
    gated: false,
    about: "A base model whose data and code are all open. Large: for graphics adapters with memory to spare.",
  },
];

/** Bytes of the weights as the hub holds them; the other files are small beside them. */
export function downloadBytes({ parameters, extraBytes = 0, bytesPerNumber }: CuratedModel): number {
  return parameters * bytesPerNumber + extraBytes;
}
