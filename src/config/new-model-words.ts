// What there is to say of a new model that is not quite as it was asked for.
import { words, type Text } from "../words/message.ts";
import type { NewModelShape } from "./new-model.ts";

interface Made {
  readonly vocabulary: number;
  readonly looked: number;
}

export function newModelNotes({ vocabulary: asked }: NewModelShape, { vocabulary: made, looked }: Made): readonly Text[] {
  return [
    ...(made < asked ? [words("train/fewer-tokens", { made, asked })] : []),
    ...(looked < 1 ? [words("train/looked-share", { share: looked })] : []),
  ];
}
