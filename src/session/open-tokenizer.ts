// Opens the tokenizer of a model from its files, for the engine worker and the data worker alike.
import { optionalJson, optionalText, requireJson, type ModelFiles } from "../sources/model-files.ts";
import { openTokenizer, type Tokenizer } from "../tokens/tokenizer.ts";

/** @throws AtelierError as reading the files and `tokens/tokenizer-invalid`. */
export async function openModelTokenizer(files: ModelFiles): Promise<Tokenizer> {
  const template = await optionalText(files, "chat_template.jinja");
  return openTokenizer({
    tokenizer: await requireJson(files, "tokenizer.json"),
    config: await requireJson(files, "tokenizer_config.json"),
    ...(template === undefined ? {} : { template }),
    endTokenSources: [await optionalJson(files, "generation_config.json"), await requireJson(files, "config.json")],
  });
}
