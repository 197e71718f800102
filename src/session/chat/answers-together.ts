// Answers to many prompts, several written at once. Takes turns with training pass by pass, and ends between passes when asked to: what was
// written so far is the result.
import { generateTogether } from "../../generate/together.ts";
import type { GenerateAllRequest, GenerateAllResult, GenerateResult } from "../../protocol/chat-api.ts";
import { trackCallback } from "../callback.ts";
import { macrotask } from "../listening.ts";
import { requireFiniteLogits } from "./finite-results.ts";
import { encodePrompt, notesOf, requireSampling, roomyPrompt, type GenerationParts } from "./generation.ts";

/** A pass costs little more for eight rows than for one; caches of more sequences would be large. */
const mostAtOnce = 8;

/** @throws AtelierError as for a single answer, before anything is written where a prompt cannot be answered */
export async function generateAnswers(
  { prompts, sampling }: GenerateAllRequest,
  { tokenizer, adapter, exclusive, isStopped }: GenerationParts,
  onWritten: (count: number) => void,
): Promise<GenerateAllResult> {
  requireSampling(sampling);
  const roomy = prompts.map((prompt) => roomyPrompt(adapter, encodePrompt(tokenizer, prompt), sampling));
  const passes = generateTogether(adapter.programs, adapter.tensors, roomy, {
    ...sampling,
    most: mostAtOnce,
    endIds: tokenizer?.endIds ?? new Set(),
    check: (logits) => requireFiniteLogits(logits, adapter.method !== null),
  });
  const { tell, arrived } = trackCallback(onWritten);
  const answers = roomy.map((): { ids: number[]; stopReason: GenerateResult["stopReason"] } => ({ ids: [], stopReason: "stopped" }));
  let written = 0;
  while (!isStopped()) {
    const { value, done } = await exclusive(() => passes.next());
    if (done) break;
    for (const news of value) {
      const answer = answers[news.of];
      if ("id" in news) answer?.ids.push(news.id);
      else if (answer) {
        answer.stopReason = news.end;
        tell(++written);
      }
    }
    await macrotask();
  }
  await passes.return();
  await arrived();
  return answers.map(({ ids, stopReason }, at) => ({
    text: tokenizer?.decode(ids) ?? "",
    ids,
    promptTokens: roomy[at]?.ids.length ?? 0,
    stopReason,
    ...notesOf(adapter),
  }));
}
