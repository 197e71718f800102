// Where data comes from: a file, a drop, or one of the bundled samples.
import { openDatasetFiles, openSample } from "../../state/dataset-actions.ts";
import { useSpeaker } from "../../state/language.ts";
import { samples } from "../../state/samples.ts";
import { FileButton } from "../parts/file-button.tsx";
import { Icon } from "../parts/icon.tsx";

const shape = '{"prompt": "…", "completion": "…"}';

export function DataSource({ hasData }: { readonly hasData: boolean }) {
  const { say } = useSpeaker();
  return (
    <section className={hasData ? "source source-compact" : "source"} aria-labelledby="source-title">
      <h3 id="source-title" className={hasData ? "heading-small" : "visually-hidden"}>
        {say(hasData ? "ui-data/other-data" : "ui-data/choose-data")}
      </h3>
      <div className="source-file">
        {hasData ? null : <Icon name="upload" />}
        {hasData ? null : <p>{say("ui-data/drop")}</p>}
        <FileButton
          label={say("ui-data/choose-file")}
          accept=".jsonl,.ndjson,.json,.csv,.tsv,.txt,.md,.zip"
          primary={!hasData}
          multiple
          onFiles={(files) => void openDatasetFiles(files)}
        />
        {hasData ? null : <p className="muted">{say("ui-data/shape", { shape })}</p>}
      </div>
      <h4 className="heading-tiny">{say("ui-data/samples")}</h4>
      <ul className="samples">
        {samples.map(({ id, file }) => (
          <li key={file}>
            <button type="button" className="press-card sample" onClick={() => void openSample(file)}>
              <span className="sample-title">{say(`sample/${id}-title`)}</span>
              <span className="sample-about">{say(`sample/${id}-about`)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
