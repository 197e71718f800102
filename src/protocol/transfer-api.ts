// Whether what a run learned holds on other weights than those it was trained on, and what goes with an adapter to them.
import type { ModelSource } from "../config/model-source.ts";
import type { HubListing } from "../sources/hub-listing.ts";
import type { Text } from "../words/message.ts";

/** Where the published weights come from: the source that the loaded model came from, as a load is told of it. */
export interface PublishedSource {
  readonly source: ModelSource;
  readonly token?: string;
  readonly listing?: HubListing;
}

export interface TransferProgress {
  readonly stage: "trained" | "reading" | "published";
  /** 0 … 1 within the stage. */
  readonly fraction: number;
}

/** Of the taught examples that were asked, those in which every learned token is the likeliest one. */
export interface TransferCount {
  /** How the weights are held. */
  readonly form: Text;
  readonly right: number;
  readonly of: number;
}

/** Or why there is no count. */
export type TransferSide = TransferCount | { readonly why: Text };

export interface TransferReport {
  readonly trained: TransferSide;
  readonly published: TransferSide;
  /** Whether it was trained on the published weights themselves: then both are one count. */
  readonly isSame: boolean;
}

/** A text file, in the language of whoever saves it. */
export interface AdapterCard {
  readonly name: string;
  /** What stands before all text, for programs. */
  readonly front: string;
  readonly title: string;
  readonly paragraphs: readonly Text[];
}
