// Prompt tuning (Lester et al. 2021): embeddings of virtual tokens, which stand before every sequence and are all that is learned.
import { the } from "../../base/the.ts";
import { AtelierError } from "../../base/errors.ts";
import type { Random } from "../../base/random.ts";
import { requireInVocabulary } from "../embed.ts";
import { groupOf } from "../parameters.ts";
import type { ModelSpec } from "../spec.ts";
import type { AppliedMethod, BaseNumbers, EncodeText, StartContext } from "./method.ts";

export interface PromptSettings {
  readonly virtualTokens: number;
  /** Empty: the embeddings start at random. */
  readonly promptText: string;
}

/** What PEFT calls the parameter of both methods that stand before a sequence. */
export const promptTensor = "prompt_encoder.embedding.weight";

/** @throws AtelierError `config/invalid` where the context has no room for the tokens */
export function prompt(spec: ModelSpec, { virtualTokens, promptText }: PromptSettings): AppliedMethod {
  requireRoomBefore(spec, virtualTokens);
  const { hiddenSize } = spec;
  const table = { name: "prompt", shape: [virtualTokens, hiddenSize], kind: "embedding", tensor: promptTensor } as const;
  const group = the(groupOf("prompt", [table]), "prompt");
  const start = (base: BaseNumbers, random: Random, { encode }: StartContext = {}): Promise<Float32Array> =>
    promptText === "" ? Promise.resolve(normals(random, group.size)) : embeddedText(spec, { promptText, virtualTokens }, base, encode);
  return {
    kind: "prompt",
    layout: [group],
    fixed: [],
    virtualTokens,
    prefixTokens: 0,
    tiesHead: false,
    block: () => ({ key: "", hooks: () => ({}) }),
    start: async (...given) => ({ parameters: { prompt: await start(...given) }, fixed: {} }),
  };
}

/** What stands before every sequence takes of the context. @throws AtelierError `config/invalid` where nothing would be left */
export function requireRoomBefore({ contextLength }: Pick<ModelSpec, "contextLength">, count: number): void {
  if (count < contextLength) return;
  throw new AtelierError("config/invalid#virtual-tokens", { count, context: contextLength });
}

/** The distribution that PEFT starts both methods from. */
export function normals(random: Random, size: number): Float32Array {
  return Float32Array.from({ length: size }, () => random.normal());
}

/** What the model makes of the text's tokens, repeated and cut to the number of virtual tokens, as PEFT does it. */
async function embeddedText(
  spec: ModelSpec,
  { promptText, virtualTokens }: PromptSettings,
  base: BaseNumbers,
  encode: EncodeText | undefined,
): Promise<Float32Array> {
  if (!encode) throw new AtelierError("config/invalid#no-tokenizer");
  const ids = encode(promptText);
  if (ids.length === 0) throw new AtelierError("config/invalid#prompt-text", { found: promptText });
  requireInVocabulary(spec, ids);
  const rows = await base.embedding(Array.from({ length: virtualTokens }, (_, at) => ids[at % ids.length] as number));
  // A virtual token's embedding is taken as it is; that of a word is scaled before it goes into the first layer.
  return rows.map((value) => value * spec.embeddingScale);
}
