// What the loaded model is, in numbers.
import { formatBytes } from "../../metrics/format.ts";
import type { ModelInfo } from "../../state/view-types.ts";

export function ModelFacts({ model }: { readonly model: ModelInfo }) {
  const facts = [
    ["Family", model.family],
    ["Layers", String(model.layers)],
    ["Width", String(model.hiddenSize)],
    ["Vocabulary", String(model.vocabularySize)],
    ["Weights held", formatBytes(model.weightBytes)],
    ["Chat template", model.hasChatTemplate ? "its own" : "plain"],
    ...(model.commit === undefined ? [] : [["Commit", model.commit.slice(0, 7)] as const]),
    ...(model.unchecked === undefined ? [] : [["Checksum not taken", model.unchecked.join(", ")] as const]),
  ] as const;
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
