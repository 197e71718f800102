// A model's configuration, tokenizer and weights, whether it is a folder in Hugging Face's layout or one GGUF file: for the engine
// worker and the data worker alike.
import { openWeights } from "../interchange/checkpoint-files.ts";
import { openGguf, type GgufModel } from "../interchange/gguf.ts";
import type { TensorReader } from "../model/tensor-reader.ts";
import { optionalJson, optionalText, requireFile, requireJson, type ModelFiles } from "../sources/model-files.ts";
import { openTokenizer, type Tokenizer } from "../tokens/tokenizer.ts";

export interface ModelParts {
  /** As config.json. */
  readonly config: unknown;
  readonly hasTokenizer: boolean;
  /** As generation_config.json; undefined where the model has none. */
  readonly generation: unknown;
  readonly tokenizer: () => Promise<Tokenizer>;
  readonly weights: () => Promise<TensorReader>;
}

/** @throws AtelierError as reading the files; `tokens/tokenizer-invalid` once the tokenizer is asked for */
export async function openModelParts(files: ModelFiles): Promise<ModelParts> {
  if (files.wholeModel === null) return folderParts(files);
  return ggufParts(await openGguf(await requireFile(files, files.wholeModel)));
}

async function folderParts(files: ModelFiles): Promise<ModelParts> {
  const config = await requireJson(files, "config.json");
  const generation = await optionalJson(files, "generation_config.json");
  return {
    config,
    generation,
    hasTokenizer: (await files.open("tokenizer.json")) !== null,
    tokenizer: () => folderTokenizer(files, [generation, config]),
    weights: () => openWeights(files.name, (file) => files.open(file)),
  };
}

async function folderTokenizer(files: ModelFiles, endTokenSources: readonly unknown[]): Promise<Tokenizer> {
  const template = await folderTemplate(files);
  return openTokenizer({
    tokenizer: await requireJson(files, "tokenizer.json"),
    config: await requireJson(files, "tokenizer_config.json"),
    ...(template === undefined ? {} : { template }),
    endTokenSources,
  });
}

/** transformers 5 writes chat_template.jinja; processors of transformers 4 wrote chat_template.json. */
async function folderTemplate(files: ModelFiles): Promise<string | undefined> {
  const text = await optionalText(files, "chat_template.jinja");
  if (text !== undefined) return text;
  const wrapped = (await optionalJson(files, "chat_template.json")) as { readonly chat_template?: unknown } | null | undefined;
  return typeof wrapped?.chat_template === "string" ? wrapped.chat_template : undefined;
}

function ggufParts(model: GgufModel): ModelParts {
  return {
    config: model.config,
    generation: undefined,
    hasTokenizer: model.hasTokenizer,
    tokenizer: async () => {
      const { tokenizer, config, generation } = model.tokenizer();
      return openTokenizer({ tokenizer, config, endTokenSources: [generation] });
    },
    weights: async () => model.reader,
  };
}
