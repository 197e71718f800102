// What a run does otherwise than its settings say, because the widths of the model or the tensors of the method leave no choice.
import type { RunConfig } from "../../config/run-config.ts";
import type { AppliedMethod } from "../../model/methods/method.ts";
import { oftBlockSize } from "../../model/methods/oft.ts";
import { chosenSlots } from "../../model/methods/targets.ts";
import type { ModelSpec } from "../../model/spec.ts";
import { isOrthogonalized } from "../../train/optimizers/muon.ts";
import { commas, words, type Text } from "../../words/message.ts";

export function adjustedNotes({ method: asked, optimizer }: RunConfig, spec: ModelSpec, { layout }: AppliedMethod): readonly Text[] {
  const notes: Text[] = [];
  if (asked.kind === "oft") {
    const sizes = new Set(
      chosenSlots(spec, asked)
        .flat()
        .map((slot) => oftBlockSize(slot, asked.blockSize)),
    );
    sizes.delete(asked.blockSize);
    if (sizes.size > 0) notes.push(words("run/other-blocks", { asked: asked.blockSize, sizes: commas([...sizes].map(String)) }));
  }
  const hasMatrix = layout.some(({ entries }) => entries.some(isOrthogonalized));
  if (optimizer.kind === "muon" && !hasMatrix) notes.push(words("run/muon-without-matrices"));
  return notes;
}
