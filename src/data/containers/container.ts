// What every container gives: the records of a file, one by one, whatever bytes they come in.
import type { NamedBlob } from "../decode-lines.ts";
import type { FoundValue } from "../read-values.ts";
import type { Words } from "../../words/message.ts";

export type Unit = "line" | "object";

/** What is looked at to tell what a file is: its first bytes, and as text where they are text. */
export interface FileStart {
  readonly bytes: Uint8Array;
  /** Undefined where the bytes are no text. */
  readonly text: string | undefined;
  /** Whether the file goes on behind it. */
  readonly isCut: boolean;
}

export interface OpenedFile {
  /** What `place` of a value counts. Known once the first value was found. */
  readonly unit: () => Unit;
  readonly values: AsyncIterable<FoundValue>;
  /** What was detected in it that its name does not say, such as a delimiter. */
  readonly details: readonly Words[];
}

export interface Container {
  readonly name: string;
  /** In small letters, without the dot. */
  readonly extensions: readonly string[];
  /** Whether the content alone says that the file is one. */
  readonly is: (start: FileStart) => boolean;
  /** @throws AtelierError where the file cannot be read at all */
  readonly open: (file: NamedBlob, onProgress: ((fraction: number) => void) | undefined) => OpenedFile | Promise<OpenedFile>;
}
