// Where data comes from: a file, a drop, or one of the bundled samples.
import { openDatasetFiles, openSample } from "../../state/dataset-actions.ts";
import { samples } from "../../state/samples.ts";
import { FileButton } from "../parts/file-button.tsx";
import { Icon } from "../parts/icon.tsx";

export function DataSource({ hasData }: { readonly hasData: boolean }) {
  return (
    <section className={hasData ? "source source-compact" : "source"} aria-labelledby="source-title">
      <h3 id="source-title" className={hasData ? "heading-small" : "visually-hidden"}>
        {hasData ? "Use other data" : "Choose data"}
      </h3>
      <div className="source-file">
        {hasData ? null : <Icon name="upload" />}
        {hasData ? null : <p>Drop a JSONL file anywhere on this page</p>}
        <FileButton
          label="Choose a JSONL file"
          accept=".jsonl,.ndjson,.json,.txt"
          primary={!hasData}
          multiple
          onFiles={(files) => void openDatasetFiles(files)}
        />
        {hasData ? null : <p className="muted">One JSON object per line, such as {'{"prompt": "…", "completion": "…"}'}</p>}
      </div>
      <h4 className="heading-tiny">Or start with a sample</h4>
      <ul className="samples">
        {samples.map(({ file, title, about }) => (
          <li key={file}>
            <button type="button" className="press-card sample" onClick={() => void openSample(file)}>
              <span className="sample-title">{title}</span>
              <span className="sample-about">{about}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
