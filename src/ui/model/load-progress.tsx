// How far a load is: the whole, and every file that comes over the network.
import { formatBytes } from "../../metrics/format.ts";
import type { LoadProgress } from "../../state/view-types.ts";
import { ProgressBar } from "../parts/progress-bar.tsx";

export function LoadProgressView({ loading }: { readonly loading: LoadProgress }) {
  const percent = Math.round(loading.fraction * 100);
  const { download } = loading;
  const total = download && download.bytesTotal > 0 ? downloadWords(download) : "";
  return (
    <div className="model-line">
      <p className="model-name">
        Loading the model, {percent}%{total}
      </p>
      <p className="model-engine">{loading.detail}</p>
      <ProgressBar label="Loading the model" value={percent} max={100} text={`${percent}%, ${loading.detail}`} />
      {download && download.files.length > 0 ? <DownloadedFiles files={download.files} /> : null}
    </div>
  );
}

type Download = NonNullable<LoadProgress["download"]>;

function downloadWords({ bytesDone, bytesTotal, bytesPerSecond }: Download): string {
  const rate = bytesPerSecond === null ? "" : `, ${formatBytes(bytesPerSecond)} per second`;
  return ` · ${formatBytes(bytesDone)} of ${formatBytes(bytesTotal)}${rate}`;
}

function DownloadedFiles({ files }: { readonly files: Download["files"] }) {
  return (
    <details className="load-files">
      <summary>Files</summary>
      <ul>
        {files.map(({ name, bytesDone, bytesTotal }) => {
          const words = `${formatBytes(bytesDone)} of ${formatBytes(bytesTotal ?? 0)}`;
          return (
            <li key={name}>
              <span>{name}</span>
              <span>{words}</span>
              <ProgressBar label={name} value={bytesDone} max={bytesTotal ?? 1} text={words} />
            </li>
          );
        })}
      </ul>
    </details>
  );
}
