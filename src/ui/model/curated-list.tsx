// Models of the hub that fit a tab, one press away. What this version cannot run yet is shown and says so.
import { curatedModels, downloadBytes, type CuratedModel } from "../../config/curated-models.ts";
import { useSpeaker } from "../../state/language.ts";
import { loadAddress } from "../../state/model-actions.ts";
import { useModel } from "../../state/model-store.ts";

export function CuratedList() {
  const families = useModel((state) => state.report?.families);
  const isLoading = useModel((state) => state.loading !== null);
  const { say } = useSpeaker();
  return (
    <ul className="curated" aria-label={say("ui-model/curated")}>
      {curatedModels.map((model) => (
        <li key={model.id}>
          <CuratedCard model={model} isLoading={isLoading} isKnown={families?.includes(model.family) ?? true} />
        </li>
      ))}
    </ul>
  );
}

interface CuratedCardProps {
  readonly model: CuratedModel;
  readonly isLoading: boolean;
  readonly isKnown: boolean;
}

function CuratedCard({ model, isLoading, isKnown }: CuratedCardProps) {
  const { id, title, parameters, license, contextLength, gated, about, family } = model;
  const { say } = useSpeaker();
  const figures = { parameters, bytes: downloadBytes(model), context: contextLength, license };
  return (
    <button type="button" className="press-card curated-card" disabled={isLoading || !isKnown} onClick={() => void loadAddress(id)}>
      <span className="curated-title">
        {title}
        {gated ? <span className="tag tag-warn">{say("ui-model/gated")}</span> : null}
      </span>
      <span className="curated-figures">{say("ui-model/curated-figures", figures)}</span>
      <span className="curated-about">{isKnown ? say(about) : say("ui-model/unknown-family", { family })}</span>
    </button>
  );
}
