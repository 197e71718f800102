// What the loaded model is, in numbers.
import { useSpeaker } from "../../state/language.ts";
import type { ModelInfo } from "../../state/view-types.ts";
import { commas } from "../../words/message.ts";

export function ModelFacts({ model }: { readonly model: ModelInfo }) {
  const { say, text, format } = useSpeaker();
  const facts = [
    ["family", model.family],
    ["layers", format.count(model.layers)],
    ["width", format.count(model.hiddenSize)],
    ["vocabulary", format.count(model.vocabularySize)],
    ["weights", format.bytes(model.weightBytes)],
    ["template", model.hasChatTemplate ? say("ui-model/template-own") : say("ui-model/template-plain")],
    ...(model.commit === undefined ? [] : [["commit", model.commit.slice(0, 7)] as const]),
    ...(model.unchecked === undefined ? [] : [["unchecked", text(commas(model.unchecked))] as const]),
  ] as const;
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{say(`ui-model/fact-${name}`)}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
