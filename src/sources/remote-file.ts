// Opens one file of a server. Its first request asks for a part: where the server grants it the file is read in windows, and a
// small file is there already; where the server sends the whole body instead, that is taken and kept as a Blob.
import { blobSource, type ByteSource } from "../base/byte-source.ts";
import { words } from "../words/message.ts";
import { runningDigest, type ExpectedDigest } from "./expected-digest.ts";
import type { FileMeter } from "./download-meter.ts";
import { ask, persist, TryAgain, type Answer, type Connection } from "./http.ts";
import { badRange, changed, connectionLost, corrupted, wrongSize, type FetchTask } from "./source-error.ts";
import { WindowedSource, type WindowSizes } from "./windowed-source.ts";

export interface RemoteFile {
  readonly name: string;
  readonly url: string;
  readonly task: FetchTask;
  /** What a hub says of the file. */
  readonly size?: number | undefined;
  readonly digest?: ExpectedDigest | undefined;
}

export interface CheckedSource extends ByteSource {
  /** Reads what is missing for the checksum, where that is little. Resolves to whether all bytes have been checked. */
  finishCheck(): Promise<boolean>;
}

interface Parts {
  readonly file: RemoteFile;
  readonly size: number;
  /** Of the first answer; null where it is not shown. */
  readonly etag: string | null;
  readonly connection: Connection;
  readonly meter: FileMeter;
}

/**
 * Null where the server has no such file.
 * @throws AtelierError as source-error.ts lists them, naming the file
 */
export async function openRemoteFile(file: RemoteFile, connection: Connection, sizes: WindowSizes): Promise<CheckedSource | null> {
  const meter = connection.meter.file(file.name);
  const { url, task } = file;
  const whole = (answer: Answer) => readWhole(file, answer, meter);
  const opened = await persist(connection, async () => {
    const answer = await ask({ url, task, range: { start: 0, end: sizes.openingBytes } }, connection);
    if (isMissing(answer.response)) {
      answer.drop();
      return null;
    }
    if (answer.response.status === 200) return whole(answer);
    const size = announcedSize(file, answer.response);
    if (size !== undefined && answer.response.status === 206) return { answer, size };
    answer.drop();
    return size === 0 ? checkedBlob(file, new Blob([]), true) : whole(await ask({ url, task }, connection));
  });
  if (opened === null || "read" in opened) return opened;
  const { answer, size } = opened;
  meter.size(size, false);
  const parts: Parts = { file, size, etag: etagOf(answer.response), connection, meter };
  let first: Answer | undefined = answer;
  const source = new WindowedSource({ ...file, version: versionOf(answer.response) }, size, sizes, (start, end, isNew) => {
    const ready = first;
    first = undefined;
    return fetchRange(parts, start, end, isNew, ready);
  });
  await source.open();
  return source;
}

/** A server for single-page apps answers a missing file with its start page. */
function isMissing(response: Response): boolean {
  return response.status === 404 || (response.ok && (response.headers.get("content-type")?.startsWith("text/html") ?? false));
}

/** @throws AtelierError `model/wrong-size` */
function announcedSize({ size: expected, task }: RemoteFile, response: Response): number | undefined {
  const total = response.headers.get("content-range")?.split("/")[1];
  const found = total !== undefined && /^\d+$/.test(total) ? Number(total) : undefined;
  if (found !== undefined && expected !== undefined && found !== expected) throw wrongSize(task, found, expected);
  return found ?? expected;
}

/** Bytes [start, end), going on where a broken connection ended. */
async function fetchRange(parts: Parts, start: number, end: number, isNew: boolean, first?: Answer): Promise<Uint8Array<ArrayBuffer>> {
  const { file, connection, meter, size } = parts;
  const bytes = new Uint8Array(end - start);
  let done = 0;
  let ready = first;
  const attempt = async (): Promise<void> => {
    const answer = ready ?? (await ask({ ...file, range: { start: start + done, end } }, connection));
    ready = undefined;
    checkRange(parts, answer, start + done);
    try {
      for await (const chunk of answer.chunks()) {
        if (done + chunk.byteLength > bytes.byteLength) throw badRange(file.task, words("sources/more-bytes", { count: bytes.byteLength }));
        bytes.set(chunk, done);
        done += chunk.byteLength;
        if (isNew) meter.add(chunk.byteLength);
      }
    } catch (error) {
      throw error instanceof TryAgain ? new TryAgain(connectionLost(file.task, start + done, size)) : error;
    }
    if (done < bytes.byteLength) throw new TryAgain(connectionLost(file.task, start + done, size));
  };
  await persist(connection, attempt, () => done);
  return bytes;
}

/** @throws AtelierError `model/file-changed`, `model/download-failed` */
function checkRange({ file, size, etag }: Parts, answer: Answer, at: number): void {
  const refuse = (error: Error): never => {
    answer.drop();
    throw error;
  };
  const { status, headers } = answer.response;
  const now = etagOf(answer.response);
  if (status === 404 || status === 416 || (etag !== null && now !== null && now !== etag)) refuse(changed(file.task));
  if (status !== 206) refuse(badRange(file.task, words("sources/whole-file")));
  // Other origins may hide this header; the length of the body is checked all the same.
  const said = headers.get("content-range");
  if (said === null) return;
  const [, from, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(said.trim()) ?? [];
  if (Number(from) !== at) refuse(badRange(file.task, said));
  if (total !== "*" && Number(total) !== size) refuse(changed(file.task));
}

function etagOf(response: Response): string | null {
  return response.headers.get("etag")?.replace(/^W\//, "") ?? null;
}

/** Pages of other sites are shown the date, but seldom the etag. */
function versionOf(response: Response): string | undefined {
  return etagOf(response) ?? response.headers.get("last-modified") ?? undefined;
}

/** Bytes that go into one Blob at a time, so that the browser can put them on disk. */
const partBytes = 16 << 20;

async function readWhole(file: RemoteFile, answer: Answer, meter: FileMeter): Promise<CheckedSource> {
  const { headers } = answer.response;
  const announced = headers.get("content-encoding") ? 0 : Number(headers.get("content-length") ?? 0);
  const expected = file.size ?? (announced > 0 ? announced : undefined);
  if (file.size !== undefined && announced > 0 && announced !== file.size) {
    answer.drop();
    throw wrongSize(file.task, announced, file.size);
  }
  meter.restart();
  if (expected !== undefined) meter.size(expected, true);
  const digest = file.digest && expected !== undefined ? runningDigest(file.digest, expected) : undefined;
  const parts: Blob[] = [];
  let [waiting, waitingBytes, done]: [Uint8Array<ArrayBuffer>[], number, number] = [[], 0, 0];
  try {
    for await (const chunk of answer.chunks()) {
      digest?.update(chunk);
      waiting.push(chunk as Uint8Array<ArrayBuffer>);
      [waitingBytes, done] = [waitingBytes + chunk.byteLength, done + chunk.byteLength];
      meter.add(chunk.byteLength);
      if (waitingBytes >= partBytes) {
        parts.push(new Blob(waiting));
        [waiting, waitingBytes] = [[], 0];
      }
    }
  } catch (error) {
    throw error instanceof TryAgain ? new TryAgain(connectionLost(file.task, done, expected)) : error;
  }
  if (expected !== undefined && done < expected) throw new TryAgain(connectionLost(file.task, done, expected));
  if (expected !== undefined && done > expected) throw wrongSize(file.task, done, expected);
  if (digest && !digest.matches()) throw corrupted(file.task);
  meter.size(done, true);
  return {
    ...checkedBlob(file, new Blob([...parts, ...waiting]), digest !== undefined || file.digest === undefined),
    version: versionOf(answer.response),
  };
}

function checkedBlob({ name }: RemoteFile, blob: Blob, isChecked: boolean): CheckedSource {
  return { ...blobSource(name, blob), finishCheck: () => Promise.resolve(isChecked) };
}
