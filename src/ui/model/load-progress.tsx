// How far a load is: the whole, and every file that comes over the network.
import { useSpeaker } from "../../state/language.ts";
import type { LoadProgress } from "../../state/view-types.ts";
import { ProgressBar } from "../parts/progress-bar.tsx";

export function LoadProgressView({ loading }: { readonly loading: LoadProgress }) {
  const { say, text } = useSpeaker();
  const { fraction, detail, download } = loading;
  return (
    <div className="model-line">
      <p className="model-name">{say("ui-model/loading-line", { fraction, ...amountOf(download) })}</p>
      <p className="model-engine">{text(detail)}</p>
      <ProgressBar
        label={say("ui-model/loading")}
        value={Math.round(fraction * 100)}
        max={100}
        text={say("ui-model/loading-now", { fraction, what: detail })}
      />
      {download && download.files.length > 0 ? <DownloadedFiles files={download.files} /> : null}
    </div>
  );
}

type Download = NonNullable<LoadProgress["download"]>;

/** What has come over the network, and how fast, as far as that is known. */
function amountOf(download: Download | undefined) {
  const { bytesDone: done, bytesTotal: total, bytesPerSecond } = download ?? { bytesDone: 0, bytesTotal: 0, bytesPerSecond: null };
  const amount = total === 0 ? "none" : bytesPerSecond === null ? "bytes" : "other";
  return { amount, done, total, rate: bytesPerSecond ?? 0 } as const;
}

function DownloadedFiles({ files }: { readonly files: Download["files"] }) {
  const { say } = useSpeaker();
  return (
    <details className="load-files">
      <summary>{say("ui-model/files")}</summary>
      <ul>
        {files.map(({ name, bytesDone, bytesTotal }) => {
          const amount = say("ui-model/bytes-of", { done: bytesDone, total: bytesTotal ?? 0 });
          return (
            <li key={name}>
              <span>{name}</span>
              <span>{amount}</span>
              <ProgressBar label={name} value={bytesDone} max={bytesTotal ?? 1} text={amount} />
            </li>
          );
        })}
      </ul>
    </details>
  );
}
