// What each form of the weights costs, measured on the user's own data: what will be measured and fetched is said before, what is
// under way while it is, and each form can be loaded from where its figures stand.
import { useEffect, useRef } from "react";
import { methodWords } from "../../config/method-words.ts";
import {
  cancelComparison,
  closeComparison,
  comparedOver,
  comparedTokens,
  comparisonRun,
  dismissCompareError,
  isOutdated,
  measureForms,
} from "../../state/compare-actions.ts";
import { comparedShare, compareRows, useCompare, type CompareState } from "../../state/compare-store.ts";
import { useDataset } from "../../state/dataset-store.ts";
import { useSpeaker } from "../../state/language.ts";
import { useModel } from "../../state/model-store.ts";
import { activeRun, useRuns } from "../../state/runs-store.ts";
import { useTrainForm } from "../../state/train-form.ts";
import type { ModelInfo, ModelSource } from "../../state/view-types.ts";
import { weightsOf } from "../../state/weights-words.ts";
import { words, type Words } from "../../words/message.ts";
import { ErrorNotice } from "../parts/error-notice.tsx";
import { ProgressBar } from "../parts/progress-bar.tsx";
import { CompareTable } from "./compare-table.tsx";
import { OtherForm } from "./other-form.tsx";

export const comparisonId = "compare-forms";

export function CompareForms() {
  const isOpen = useCompare((state) => state.isOpen);
  const model = useModel((state) => state.model);
  return isOpen && model ? <Comparison model={model} /> : null;
}

function Comparison({ model }: { readonly model: ModelInfo }) {
  const state = useCompare();
  const title = useRef<HTMLHeadingElement>(null);
  const { say, text } = useSpeaker();
  // What was asked for opens below what it was asked from.
  useEffect(() => title.current?.focus(), []);
  return (
    <section id={comparisonId} className="model-choice compare" aria-labelledby="compare-title">
      <h2 id="compare-title" ref={title} tabIndex={-1} className="heading-small">
        {say("compare/title")}
      </h2>
      <About model={model} />
      <CompareTable state={state} model={model} />
      {state.error ? <ErrorNotice error={state.error} onDismiss={dismissCompareError} /> : null}
      {state.note ? <p className="muted">{text(state.note)}</p> : null}
      {state.working ? <Working state={state} /> : <Begin state={state} model={model} />}
    </section>
  );
}

/** What a press of the button would do, before it is pressed. */
function About({ model }: { readonly model: ModelInfo }) {
  const source = useModel((state) => state.source);
  // Each of them changes what would be measured.
  useDataset((state) => state.report);
  useTrainForm();
  const { say } = useSpeaker();
  const over = comparedOver();
  const what = over ? words("compare/over-data", over) : words("compare/over-text");
  const { batchSize, seqLength, method } = comparisonRun(model);
  const host = hostOf(source);
  return (
    <>
      <p className="muted">
        {say("compare/about", {
          model: model.name,
          tokens: comparedTokens,
          what,
          batch: batchSize,
          length: seqLength,
          method: methodWords(method),
        })}
      </p>
      {host === null ? null : <p className="muted">{say("compare/fetches", { host })}</p>}
    </>
  );
}

function hostOf(source: ModelSource): string | null {
  if (source.kind === "hub") return new URL(source.endpoint).host;
  return source.kind === "url" ? new URL(source.baseUrl).host : null;
}

function Begin({ state, model }: { readonly state: CompareState; readonly model: ModelInfo }) {
  const blocked = useBlocked();
  const { say, text } = useSpeaker();
  const rows = compareRows(state, model);
  const pending = isOutdated(model) ? rows.length : rows.filter(({ found }) => !found).length;
  const reason = blocked ?? (rows.length > 0 && pending === 0 ? words("compare/all-measured") : undefined);
  return (
    <>
      <div className="actions">
        <button
          type="button"
          className="button button-primary"
          disabled={reason !== undefined || pending === 0}
          aria-describedby="compare-note"
          onClick={() => void measureForms()}
        >
          {say("compare/measure", { forms: pending })}
        </button>
        <OtherForm state={state} />
        <button type="button" className="button button-quiet" onClick={closeComparison}>
          {say("compare/close")}
        </button>
      </div>
      <p id="compare-note" className="muted">
        {reason ? text(reason) : null}
      </p>
    </>
  );
}

/** Why nothing can be measured now. */
function useBlocked(): Words | undefined {
  const isLoading = useModel((state) => state.loading !== null);
  const isGone = useModel(({ source }) => source.kind === "files" && source.files.length === 0);
  const notOpen = useModel((state) => state.tokenizer !== "open");
  const isTraining = useRuns((state) => activeRun(state) !== undefined || state.starting !== null);
  if (isLoading) return words("ui-model/is-loading");
  if (isTraining) return words("ui-model/is-training");
  if (isGone) return words("compare/no-files");
  return notOpen ? words("ui-train/no-tokenizer") : undefined;
}

function Working({ state }: { readonly state: CompareState }) {
  const { say, text } = useSpeaker();
  const now = text(workWords(state));
  return (
    <div className="compare-working">
      <p className="muted">{now}</p>
      <ProgressBar label={say("compare/progress")} value={Math.round(comparedShare(state) * 100)} max={100} text={now} />
      <button type="button" className="button" onClick={() => void cancelComparison()}>
        {say("compare/cancel")}
      </button>
    </div>
  );
}

function workWords({ working }: CompareState): Words {
  if (!working || working.kind === "reading" || working.kind === "measured" || working.kind === "left-out")
    return words("compare/reading-data");
  if (working.kind === "fetching") {
    const { bytesDone: done, bytesTotal: total } = working.download;
    return words("compare/fetching", { done, total });
  }
  const form = weightsOf(working.form);
  if (working.kind === "loading") return words("compare/loading", { form, fraction: working.fraction });
  if (working.kind === "measuring") return words("compare/measuring", { form, tokens: working.tokens, of: working.of });
  return words("compare/timing", { form });
}
