// What `train --check-published` prints: how many taught examples are still right, on the weights of the training and on the
// published ones. A check that fails is said and costs nothing of what was trained.
import { AtelierError, messageOf, toErrorRecord } from "../../base/errors.ts";
import { engine } from "../../client/engine-client.ts";
import type { TransferProgress, TransferSide } from "../../protocol/transfer-api.ts";
import { words, type Text } from "../../words/message.ts";
import { progress } from "./files.ts";
import type { OpenedModel } from "./load.ts";

/** Null is what is not known. */
interface Checked {
  readonly transfer: { readonly on: TransferSide | null; readonly published: TransferSide | null } | null;
  readonly notes: readonly Text[];
}

export async function checkPublished(runId: string, { source, token, listing }: OpenedModel): Promise<Checked> {
  const from = { source, ...(token === undefined ? {} : { token }), ...(listing ? { listing } : {}) };
  let shown = "";
  const tell = ({ stage, fraction }: TransferProgress): void => {
    const tenths = Math.floor(fraction * 10) / 10;
    if (shown !== `${stage} ${tenths}`) progress(words(`transfer/stage-${stage}`, { fraction: tenths }));
    shown = `${stage} ${tenths}`;
  };
  try {
    const { trained, published } = await engine.checkTransfer(runId, from, tell);
    const notes = [
      ...("why" in trained ? [words("transfer/trained-unknown", { why: trained.why })] : []),
      ...("why" in published ? [words("transfer/published-unknown", { why: published.why })] : []),
    ];
    return said({ transfer: { on: counted(trained), published: counted(published) }, notes });
  } catch (error) {
    if (!(error instanceof AtelierError)) throw error;
    const { code } = toErrorRecord(error);
    return said({ transfer: null, notes: [code === "load/cancelled" ? words("transfer/cancelled") : messageOf(error)] });
  }
}

const counted = (side: TransferSide): TransferSide | null => ("why" in side ? null : side);

function said(checked: Checked): Checked {
  for (const note of checked.notes) progress(note);
  return checked;
}
