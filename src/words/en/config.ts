// Forms of weights and addresses of models.
export const messages = {
  "quantization/auto-label": "Automatic",
  "quantization/auto-help":
    "As published where the file is quantized already; else 8 bits, or 4 bits where memory asks for them. What was chosen is said, with the reason.",
  "quantization/as-published-label": "As published",
  "quantization/as-published-help":
    "Each matrix as its file has it: exactly the published numbers at about the file’s own size. What a file has as plain numbers is held in f32.",
  "quantization/int4-label": "int4",
  "quantization/int4-help": "4 bits with a scale per 32 weights: small, and noticeably less good than 8 bits.",
  "quantization/int4-b64-label": "int4, blocks of 64",
  "quantization/int4-b64-help": "A scale per 64 weights: smaller, a little coarser.",
  "quantization/int4-b128-label": "int4, blocks of 128",
  "quantization/int4-b128-help": "A scale per 128 weights: smaller still, coarser.",
  "quantization/int4-asym-label": "int4 with zero points",
  "quantization/int4-asym-help": "4 bits with a scale and a zero point per 32 weights: closer where weights lean to one side.",
  "quantization/int4-asym-b64-label": "int4 with zero points, blocks of 64",
  "quantization/int4-asym-b64-help": "A scale and a zero point per 64 weights.",
  "quantization/int4-asym-b128-label": "int4 with zero points, blocks of 128",
  "quantization/int4-asym-b128-help": "A scale and a zero point per 128 weights.",
  "quantization/int4-fine-label": "int4, fine",
  "quantization/int4-fine-help":
    "4 bits with a scale and a middle per 16 weights: the closest that 4 bits come without looking at any text.",
  "quantization/int4-mixed-label": "int4 and int8, mixed",
  "quantization/int4-mixed-help":
    "4 bits with a scale and a middle per 16 weights, and 8 bits where rounding costs most: measured with your own texts or a neutral one. About 7 bits, close to the original.",
  "quantization/gptq-label": "GPTQ",
  "quantization/gptq-help":
    "4 bits with a scale and a zero point per 32 weights, rounded layer by layer with your own texts so that what rounding loses is made up for. Takes minutes, once; the result is kept on this device.",
  "quantization/nf4-label": "NF4",
  "quantization/nf4-help":
    "4-bit NormalFloat with a scale per 64 weights, the format of QLoRA and bitsandbytes. Backward is about a tenth slower than with int4.",
  "quantization/nf4-dq-label": "NF4, double quantization",
  "quantization/nf4-dq-help": "NF4 whose scales are quantized to 8 bits as well, as bitsandbytes does it: the smallest.",
  "quantization/int8-label": "int8",
  "quantization/int8-help": "8 bits with a scale per 32 weights (GGUF’s Q8_0): almost exact.",
  "quantization/f16-label": "f16",
  "quantization/f16-help":
    "Half precision, widened to f32 whenever it is used: half the memory, as fast as f32. On WebGPU it needs a GPU with shader-f16.",
  "quantization/none-label": "f32",
  "quantization/none-help": "Exactly as the checkpoint has them, in full precision.",
  "held/as-published": "As published ({forms}; {bits, number,::.##} bits per weight): exactly the numbers of the file.",
  "held/eight-bits": "8 bits: as good as the original in every model that was measured, for {more, number, bytes} more than 4 bits.",
  "held/four-bits": "4 bits: with 8 bits, {more, number, bytes} more, a run would not leave enough memory.",
  "quantization/head-help":
    "Holds the embedding table and the head in the same form as the blocks. Needed where a large vocabulary would not fit; costs some accuracy.",
  "curated/smollm2-135m": "The smallest that chats in whole sentences. A first real run, on any computer.",
  "curated/smollm2-360m": "Follows instructions better than its small sister, still light.",
  "curated/qwen2.5-0.5b": "Many languages, structured output; strong for its size.",
  "curated/qwen3-0.6b": "Thinks before it answers where it is asked to; many languages.",
  "curated/gemma-3-270m": "Made to be fine-tuned for one narrow task, such as sorting or extracting.",
  "curated/gemma-3-1b": "A capable chat model, for graphics adapters with memory to spare.",
  "curated/llama-3.2-1b": "Summaries and rewriting; eight languages. For graphics adapters with memory to spare.",
  "curated/tinyllama-1.1b": "The Llama 2 architecture at small size; much used in papers.",
  "curated/pythia-70m": "Continues text, does not chat. For experiments: every step of its training is public.",
  "curated/pythia-160m": "Continues text, does not chat. The larger sister of the 70M.",
  "curated/gpt2": "The classic of 2019. Continues English text, does not chat.",
  "curated/olmo-2-1b": "A base model whose data and code are all open. Large: for graphics adapters with memory to spare.",
} as const;

export const errors = {} as const;
