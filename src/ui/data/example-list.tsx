// The examples, a page at a time, as chats or as the tokens that the model will see.
import { useState } from "react";
import { turnChoiceNames, type TurnChoice } from "../../config/run-config.ts";
import { chooseTurns, showPage } from "../../state/dataset-actions.ts";
import { examplesPerPage, useDataset } from "../../state/dataset-store.ts";
import { useSpeaker } from "../../state/language.ts";
import { entryOf, useTrainForm } from "../../state/train-form.ts";
import type { DataIssue, DatasetReport, ExamplePreview, PreviewMessage } from "../../state/view-types.ts";
import { ErrorNotice } from "../parts/error-notice.tsx";
import { Segmented } from "../parts/segmented.tsx";
import { TokenText } from "./token-text.tsx";

type Look = "chats" | "tokens";

export function ExampleList({ report }: { readonly report: DatasetReport }) {
  const [look, setLook] = useState<Look>("chats");
  const previews = useDataset((state) => state.previews);
  const error = useDataset((state) => state.previewError);
  const { say, text } = useSpeaker();
  return (
    <section className="examples" aria-labelledby="examples-title">
      <div className="examples-head">
        <h2 id="examples-title" className="heading-medium">
          {say("ui-data/examples")}
        </h2>
        <Segmented<Look>
          legend={say("ui-data/show-as")}
          hideLegend
          options={[
            { value: "chats", label: say("ui-data/chats") },
            { value: "tokens", label: say("ui-data/tokens") },
          ]}
          value={look}
          onChange={setLook}
        />
      </div>
      <Turns />
      <Legend />
      {error ? <ErrorNotice error={error} /> : null}
      <ol className="example-list">
        {previews.map((preview) => (
          <li key={preview.line} className="card example">
            <p className="example-line">
              {text(preview.place)}
              {preview.problem ? <span className="tag tag-warn">{say("ui-data/is-left-out")}</span> : null}
            </p>
            {preview.problem ? <Problem problem={preview.problem} /> : null}
            {look === "chats" ? <Chat preview={preview} /> : <TokenText preview={preview} />}
          </li>
        ))}
      </ol>
      <Pager total={report.validCount} />
    </section>
  );
}

function Legend() {
  const { say, rich } = useSpeaker();
  const mark = (
    <mark key="mark" className="learned">
      {say("ui-data/how-marked")}
    </mark>
  );
  return (
    <p className="legend">
      <span>{rich("ui-data/marked", { mark })}</span>
      <span>{say("ui-data/plain")}</span>
    </p>
  );
}

/** Which turns are learned; what is tinted follows. */
function Turns() {
  const turns = useTrainForm((form) => entryOf(form, "turns") as TurnChoice);
  const { say } = useSpeaker();
  return (
    <Segmented
      legend={say("ui-data/learn")}
      options={turnChoiceNames.map((value) => ({ value, label: say(`turns/${value}-label`) }))}
      value={turns}
      onChange={(value) => void chooseTurns(value)}
    />
  );
}

function Problem({ problem }: { readonly problem: DataIssue }) {
  const { message, hint } = useSpeaker().error(problem);
  return (
    <p className="break example-problem">
      {message} <span className="muted">{hint}</span>
    </p>
  );
}

function Chat({ preview }: { readonly preview: ExamplePreview }) {
  return (
    <div className="chat-lines">
      {preview.messages.map((message, at) => (
        // Messages of an example never move.
        // oxlint-disable-next-line react/no-array-index-key
        <Message key={at} {...message} />
      ))}
    </div>
  );
}

function Message({ role, parts, lost }: PreviewMessage) {
  const { say, rich } = useSpeaker();
  return (
    <div className={`chat-line chat-line-${role}`}>
      <span className="chat-role">{say("ui-data/role", { role })}</span>
      <div>
        {parts.map(({ text, learned }, at) => (
          // Parts of a message never move.
          // oxlint-disable-next-line react/no-array-index-key
          <p key={at} className="chat-content">
            {learned ? <mark className="learned">{text}</mark> : text}
          </p>
        ))}
        {lost === null ? null : <p className="chat-content muted">{rich("ui-data/lost", { lost: <del key="lost">{lost}</del> })}</p>}
      </div>
    </div>
  );
}

function Pager({ total }: { readonly total: number }) {
  const page = useDataset((state) => state.page);
  const first = page * examplesPerPage;
  const last = Math.min(total, first + examplesPerPage);
  const { say } = useSpeaker();
  if (total <= examplesPerPage) return null;
  return (
    <nav className="pager" aria-label={say("ui-data/pages")}>
      <button type="button" className="button" disabled={page === 0} onClick={() => void showPage(page - 1)}>
        {say("ui-data/previous")}
      </button>
      <p className="muted">{say("ui-data/shown", { first: first + 1, last, total })}</p>
      <button type="button" className="button" disabled={last >= total} onClick={() => void showPage(page + 1)}>
        {say("ui-data/next")}
      </button>
    </nav>
  );
}
