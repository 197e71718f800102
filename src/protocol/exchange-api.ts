// Calls about what goes out and comes in: adapters and run states as files, and whether an adapter holds on the published weights. Everything here survives structured clone.
import type { AdapterCard, PublishedSource, TransferProgress, TransferReport } from "./transfer-api.ts";

/** A file of an exported adapter or run state. */
export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface ExchangeApi {
  /** PEFT adapter_config.json and adapter_model.safetensors, and history.jsonl. */
  exportAdapter(runId: string): Promise<readonly NamedBytes[]>;
  /** What goes with an exported adapter as README.md: the weights that it was trained on, and what to run it on. */
  adapterCard(runId: string): Promise<AdapterCard>;
  /**
   * Asks for taught examples again, on the weights a run was trained on and on the published ones, which are read from where the loaded
   * model came from. What cannot be counted is said in the report.
   * @throws AtelierError `transfer/nothing-taught`, `run/other-model`, `run/busy`; `load/cancelled`
   */
  checkTransfer(runId: string, from: PublishedSource, onProgress: (progress: TransferProgress) => void): Promise<TransferReport>;
  cancelCheck(): Promise<void>;
  /** The resumable state of a run (data, checkpoint, history) as one file. */
  exportState(runId: string): Promise<NamedBytes>;
  importState(bytes: Uint8Array): Promise<string>;
  /** An adapter's files, PEFT's or mlx-lm's, as a finished run that generate, loss and logits accept; notes are in its record. */
  importAdapter(name: string, files: readonly NamedBytes[]): Promise<string>;
}
