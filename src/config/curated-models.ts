// Models of the hub that are known to fit a browser tab. Parameters are counted from each config.json with its tied or untied
// head; licence and context are those of the model's card at https://huggingface.co/<id>; the download is that of the weights.
import type { MessageKey } from "../words/catalog.ts";

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
  readonly about: Extract<MessageKey, `curated/${string}`>;
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
    about: "curated/smollm2-135m",
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
    about: "curated/smollm2-360m",
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
    about: "curated/qwen2.5-0.5b",
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
    about: "curated/qwen3-0.6b",
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
    about: "curated/gemma-3-270m",
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
    about: "curated/gemma-3-1b",
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
    about: "curated/llama-3.2-1b",
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
    about: "curated/tinyllama-1.1b",
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
    about: "curated/pythia-70m",
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
    about: "curated/pythia-160m",
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
    about: "curated/gpt2",
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
    about: "curated/olmo-2-1b",
  },
];

/** Bytes of the weights as the hub holds them; the other files are small beside them. */
export function downloadBytes({ parameters, extraBytes = 0, bytesPerNumber }: CuratedModel): number {
  return parameters * bytesPerNumber + extraBytes;
}
