// The run that is looked at: where it stands, what can be done with it, and its curves.
import { Suspense } from "react";
import { methodWords } from "../../config/method-words.ts";
import { useSpeaker } from "../../state/language.ts";
import { isImported, type RunView } from "../../state/run-view.ts";
import { words } from "../../words/message.ts";
import { RunCharts } from "./charts-later.tsx";
import { RunControls } from "./run-controls.tsx";
import { RunFailure } from "./run-failure.tsx";
import { RunProgress } from "./run-progress.tsx";
import { RunTransfer } from "./run-transfer.tsx";
import { RunUnsaved } from "./run-unsaved.tsx";

export function RunPanel({ view }: { readonly view: RunView }) {
  const { name, phase, datasetName, exampleCount, model, createdAt, config, trainable = 0, notes = [] } = view.record;
  const { say, text, format } = useSpeaker();
  const isShown = !isImported(view) && !view.record.isUnreadable;
  const how = { method: methodWords(config.method), optimizer: words(`optimizer/${config.optimizer.kind}-label`), count: trainable };
  const facts = { dataset: datasetName, count: exampleCount, model: model.name, date: format.date(createdAt) };
  return (
    <section className="card run" aria-labelledby="run-title">
      <div className="run-head">
        <div>
          <h2 id="run-title" className="heading-medium break">
            {name}
          </h2>
          <p className="muted break">{say("ui-train/run-facts", facts)}</p>
          {isShown ? <p className="muted break">{say("ui-train/run-method", how)}</p> : null}
        </div>
        <span className={`phase phase-${phase}`} data-testid="run-phase">
          {say(`run/phase-${phase}`)}
        </span>
      </div>
      {notes.map((note) => (
        <p key={JSON.stringify(note)} className="notice notice-info break">
          {text(note)}
        </p>
      ))}
      <RunFailure view={view} />
      <RunUnsaved view={view} />
      {isShown ? <RunProgress view={view} /> : null}
      <RunControls view={view} />
      {view.record.isUnreadable ? null : <RunTransfer view={view} />}
      {isShown ? (
        <Suspense fallback={null}>
          <RunCharts view={view} />
        </Suspense>
      ) : null}
    </section>
  );
}
