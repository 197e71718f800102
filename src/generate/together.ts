// Several answers at once: a token of each goes through the model in one pass, over one cache. What their prompts begin with alike is read
// once. Greedy answers are those that each would get alone; drawn ones too, since every answer draws from a generator of its own.
import { seededRandom, type Random } from "../base/random.ts";
import { itemOf } from "../base/the.ts";
import { requireInVocabulary } from "../model/embed.ts";
import { turnsAlike } from "../model/layer-inputs.ts";
import { addedTokens } from "../model/methods/method.ts";
import type { TunedTensors } from "../model/tuned-stages.ts";
import { Decoder, requireContext, virtualIds } from "./decoder.ts";
import type { DecoderPrograms } from "./decoder-programs.ts";
import { chooseToken, generateTokens, type GenerateOptions } from "./generate.ts";
import { ofAll, PackedCache, type PackedRow } from "./packed-cache.ts";
import type { NextToken } from "./sequence-cache.ts";

export interface TogetherPrompt {
  readonly ids: readonly number[];
  readonly maxTokens: number;
}

/** What came of the answer to a prompt, by its number: a token, or its end. */
export type TogetherNews = { readonly of: number } & ({ readonly id: number } | { readonly end: "end" | "length" });

/**
 * Yields after every pass what it gave.
 * @param most answers written at once; the next ones begin when all of these have ended
 */
export async function* generateTogether(
  programs: DecoderPrograms,
  tensors: TunedTensors | null,
  prompts: readonly TogetherPrompt[],
  { most, ...options }: Omit<GenerateOptions, "maxTokens"> & { readonly most: number },
): AsyncGenerator<readonly TogetherNews[], void> {
  for (const { ids, maxTokens } of prompts) {
    requireInVocabulary(programs.model.spec, ids);
    requireContext(programs, ids.length + maxTokens);
  }
  const numbered = prompts.map((prompt, of) => ({ ...prompt, of }));
  const size = canPack(programs, prompts) ? most : 1;
  for (let at = 0; at < numbered.length; at += size) {
    const group = numbered.slice(at, at + size);
    const [first] = group;
    if (first && group.length === 1) yield* alone(programs, tensors, first, options);
    else yield* packed(programs, tensors, group, options);
  }
}

/** Programs that take one sequence at a time, and angles that go by the length of each, are a matter of one after the other. */
function canPack(programs: DecoderPrograms, prompts: readonly TogetherPrompt[]): boolean {
  const longest = Math.max(...prompts.map(({ ids, maxTokens }) => ids.length + maxTokens)) + addedTokens(programs.method);
  return programs.residents.holds(programs.method) && turnsAlike(programs.model.spec, 1, longest);
}

type Numbered = TogetherPrompt & { readonly of: number };
type Options = Omit<GenerateOptions, "maxTokens">;

async function* alone(
  programs: DecoderPrograms,
  tensors: TunedTensors | null,
  { ids, maxTokens, of }: Numbered,
  options: Options,
): AsyncGenerator<readonly TogetherNews[], void> {
  using decoder = new Decoder(programs, ids.length + maxTokens, tensors);
  const tokens = generateTokens(decoder, ids, { ...options, maxTokens });
  for (let next = await tokens.next(); ; next = await tokens.next()) {
    yield [next.done ? { of, end: next.value } : { of, id: next.value }];
    if (next.done) return;
  }
}

interface Answer extends Numbered {
  readonly sequence: number;
  readonly random: Random;
  /** Of the token that comes next. */
  readonly position: number;
  readonly after: NextToken;
}

async function* packed(
  programs: DecoderPrograms,
  tensors: TunedTensors | null,
  group: readonly Numbered[],
  options: Options,
): AsyncGenerator<readonly TogetherNews[], void> {
  const opening = virtualIds(programs.method?.virtualTokens ?? 0);
  const read = promptRows(
    opening,
    group.map(({ ids }) => ids),
  );
  const room = group.reduce((sum, { maxTokens }) => sum + maxTokens, read.rows.length);
  using cache = new PackedCache(programs, room, tensors);
  const begun = await cache.choose(read.rows, read.lasts, options);
  let answers: readonly Answer[] = group.map((prompt, sequence) => ({
    ...prompt,
    sequence,
    random: seededRandom(options.seed),
    position: opening.length + prompt.ids.length,
    after: itemOf(begun, sequence),
  }));
  while (answers.length > 0) {
    const chosen: ({ readonly answer: Answer } & Choice)[] = [];
    for (const answer of answers) chosen.push({ answer, ...(await chooseNext(answer, options)) });
    yield chosen.flatMap(({ news }) => news);
    const going = chosen.flatMap(({ answer, next }) => (next ? [{ answer, next }] : []));
    if (going.length === 0) return;
    const rows = going.map(({ next }) => next);
    const after = await cache.choose(rows, [...going.keys()], options);
    answers = going.map(({ answer }, at) => ({
      ...answer,
      maxTokens: answer.maxTokens - 1,
      position: answer.position + 1,
      after: itemOf(after, at),
    }));
  }
}

/** What an answer goes on with, and the row to read for it; no row where it ends. */
interface Choice {
  readonly news: readonly TogetherNews[];
  readonly next?: PackedRow;
}

async function chooseNext({ of, sequence, position, maxTokens, after, random }: Answer, options: Options): Promise<Choice> {
  const id = await chooseToken(after, options, random);
  if (options.endIds.has(id)) return { news: [{ of, end: "end" }] };
  if (maxTokens === 1)
    return {
      news: [
        { of, id },
        { of, end: "length" },
      ],
    };
  return { news: [{ of, id }], next: { id, sequence, position } };
}

/** What all prompts begin with once, then the rest of each; and which row is the last of each. */
function promptRows(opening: readonly number[], prompts: readonly (readonly number[])[]) {
  const shared = commonStart(prompts);
  const begin = [...opening, ...(prompts[0] ?? []).slice(0, shared)];
  const rows: PackedRow[] = begin.map((id, position) => ({ id, sequence: ofAll, position }));
  const lasts = prompts.map((ids, sequence) => {
    for (const [at, id] of ids.slice(shared).entries()) rows.push({ id, sequence, position: begin.length + at });
    return rows.length - 1;
  });
  return { rows, lasts };
}

/** Tokens that all begin with; each has at least one of its own after them, whose logits it goes on from. */
function commonStart([first = [], ...others]: readonly (readonly number[])[]): number {
  const most = Math.min(first.length, ...others.map(({ length }) => length)) - 1;
  const differs = first.findIndex((id, at) => at >= most || others.some((ids) => ids[at] !== id));
  return Math.max(0, differs);
}
