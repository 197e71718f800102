// Puts together what the page is told while a model loads: the stage, the share of the whole, and every file's bytes.
import type { LoadProgress } from "../../protocol/models-api.ts";
import type { DownloadProgress } from "../../sources/download-meter.ts";
import { words, type Text } from "../../words/message.ts";

/** Share of a load after which the weights begin, and where texts have a say in them. */
const [weightsFrom, heldFrom] = [0.1, 0.7];

export class LoadReport {
  readonly #tell: (progress: LoadProgress) => void;
  #stage: LoadProgress["stage"] = "engine";
  #detail: Text = "";
  #fraction = 0;
  /** Share of the tensors that are prepared. */
  #tensors = 0;
  /** Share of the layers that were looked at with texts. */
  #calibrated = 0;
  #download: DownloadProgress | undefined;

  constructor(tell: (progress: LoadProgress) => void) {
    this.#tell = tell;
  }

  stage(stage: LoadProgress["stage"], fraction: number, detail: Text): void {
    this.#stage = stage;
    this.#detail = detail;
    this.#send(fraction);
  }

  tensors(fraction: number, tensor: string): void {
    this.#tensors = fraction;
    // Layers that are rounded one after the other are placed one after the other: what takes the time is said.
    if (this.#calibrated > 0 && this.#calibrated < 1) return;
    this.stage("weights", this.#weightsShare(), tensor);
  }

  calibration(fraction: number, detail: Text): void {
    this.#calibrated = fraction;
    this.stage("calibration", weightsFrom + (heldFrom - weightsFrom) * fraction, detail);
  }

  readonly download = (progress: DownloadProgress): void => {
    this.#download = progress;
    this.#send(this.#stage === "engine" || this.#stage === "tokenizer" ? this.#fraction : this.#weightsShare());
  };

  /** Bytes and tensors count alike: the last tensor may wait for the bytes, the last bytes for the tensors. */
  #weightsShare(): number {
    const { bytesDone = 0, bytesTotal = 0 } = this.#download ?? {};
    const share = bytesTotal > 0 ? (this.#tensors + bytesDone / bytesTotal) / 2 : this.#tensors;
    const from = this.#calibrated > 0 ? heldFrom : weightsFrom;
    return from + (1 - from) * share;
  }

  #send(fraction: number): void {
    this.#fraction = Math.min(1, Math.max(this.#fraction, fraction));
    const download = this.#download;
    const whole = download?.files.find((file) => file.whole && file.bytesDone < (file.bytesTotal ?? 0));
    const detail = download?.waiting ?? (whole ? words("session/reading-whole", { file: whole.name }) : this.#detail);
    this.#tell({ stage: this.#stage, fraction: this.#fraction, detail, ...(download ? { download } : {}) });
  }
}
