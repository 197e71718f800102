// A server on this machine that speaks the URL layout of the Hugging Face hub: the list of files, files below resolve/, large
// ones by a redirect to a second origin. It fails on demand, and remembers what it was asked.
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Fault =
  /** The connection ends after so many bytes of the body. */
  | { readonly kind: "cut"; readonly after: number }
  | { readonly kind: "status"; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** Announces and sends a file that lacks its last bytes. */
  | { readonly kind: "short"; readonly by: number }
  /** Inverts one byte of the file; sends it whole where asked to. */
  | { readonly kind: "corrupt"; readonly at: number; readonly whole?: true }
  /** Sends whole files with 200. */
  | { readonly kind: "no-ranges" }
  /** Another version of the file. */
  | { readonly kind: "other-etag" }
  /** Neither Content-Range nor ETag nor a checksum can be seen, as on a host that exposes no headers. */
  | { readonly kind: "bare" }
  /** Sends other bytes than were asked for. */
  | { readonly kind: "shifted" }
  /** A pause before every 16 kB. */
  | { readonly kind: "slow"; readonly ms: number };

interface Plan {
  readonly path: string;
  readonly fault: Fault;
  /** Requests that are let through before, and that fail then. */
  skip: number;
  times: number;
}

export interface Asked {
  readonly host: "hub" | "cdn";
  readonly path: string;
  readonly range: string | undefined;
  readonly authorization: string | undefined;
}

export interface HubOptions {
  readonly id?: string;
  readonly token?: string;
  /** The list of files says neither sizes nor checksums. */
  readonly bareListing?: boolean;
}

export const commit = "0123456789abcdef0123456789abcdef01234567";
const exposed = "X-Repo-Commit,X-Error-Code,ETag,Content-Range,X-Linked-Size,X-Linked-Etag,Retry-After";

export class HubServer {
  readonly asked: Asked[] = [];
  readonly id: string;
  readonly #files: ReadonlyMap<string, Uint8Array>;
  readonly #options: HubOptions;
  readonly #plans: Plan[] = [];
  readonly #hub = createServer((request, response) => void this.#answerHub(request, response));
  readonly #cdn = createServer((request, response) => void this.#answerCdn(request, response));

  private constructor(files: ReadonlyMap<string, Uint8Array>, options: HubOptions) {
    this.#files = files;
    this.#options = options;
    this.id = options.id ?? "tiny/llama";
  }

  static async start(files: Readonly<Record<string, Uint8Array | string>>, options: HubOptions = {}): Promise<HubServer> {
    const bytes = Object.entries(files).map(([name, content]) => [name, Buffer.from(content)] as const);
    const server = new HubServer(new Map(bytes), options);
    await Promise.all([server.#hub, server.#cdn].map((one) => new Promise<void>((done) => one.listen(0, "127.0.0.1", done))));
    return server;
  }

  async stop(): Promise<void> {
    for (const one of [this.#hub, this.#cdn]) {
      one.closeAllConnections();
      await new Promise((done) => one.close(done));
    }
  }

  get endpoint(): string {
    return origin(this.#hub);
  }

  /** Requests of a path fail: those of the file itself, or "api" for the list of files. */
  fail(path: string, fault: Fault, { skip = 0, times = Infinity }: { skip?: number; times?: number } = {}): void {
    this.#plans.push({ path, fault, skip, times });
  }

  heal(): void {
    this.#plans.length = 0;
  }

  /** Requests of a file's bytes. */
  requestsOf(path: string): Asked[] {
    return this.asked.filter((asked) => asked.path === path && !(asked.host === "hub" && this.#isLarge(path)));
  }

  #isLarge(path: string): boolean {
    return /\.(safetensors|gguf)$/.test(path);
  }

  #fault(path: string): Fault | undefined {
    const plan = this.#plans.find((one) => one.path === path && one.times > 0);
    if (!plan) return undefined;
    if (plan.skip-- > 0) return undefined;
    plan.times--;
    return plan.fault;
  }

  async #answerHub(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (preflight(request, response)) return;
    const { pathname } = new URL(request.url ?? "/", "http://hub");
    const listing = `/api/models/${this.id}/revision/`;
    const resolve = `/${this.id}/resolve/${commit}/`;
    if (pathname.startsWith(listing)) {
      this.#note("hub", "api", request);
      const fault = this.#fault("api");
      if (fault?.kind === "status") return refuse(response, fault.status, fault.headers);
      const revision = decodeURIComponent(pathname.slice(listing.length));
      if (!["main", "v1", commit].includes(revision)) return refuse(response, 404, { "X-Error-Code": "RevisionNotFound" });
      const siblings = [...this.#files].map(([name, bytes]) => this.#listed(name, bytes));
      response.setHeader("Content-Type", "application/json").end(JSON.stringify({ id: this.id, sha: commit, siblings }));
      return;
    }
    if (!pathname.startsWith(resolve)) return refuse(response, 404, { "X-Error-Code": "RepoNotFound" });
    const path = decodeURIComponent(pathname.slice(resolve.length));
    this.#note("hub", path, request);
    if (this.#options.token !== undefined && request.headers.authorization !== `Bearer ${this.#options.token}`)
      return refuse(response, 401, { "X-Error-Code": "GatedRepo" });
    const bytes = this.#files.get(path);
    if (!bytes) return refuse(response, 404, { "X-Error-Code": "EntryNotFound" });
    if (!this.#isLarge(path)) return this.#send(path, bytes, request, response);
    response.writeHead(302, {
      Location: `${origin(this.#cdn)}/${encodeURIComponent(path)}?signature=secret`,
      "X-Repo-Commit": commit,
      "X-Linked-Size": bytes.byteLength,
      "X-Linked-Etag": `"${sha256(bytes)}"`,
    });
    response.end();
  }

  async #answerCdn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (preflight(request, response)) return;
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://cdn").pathname.slice(1));
    this.#note("cdn", path, request);
    const bytes = this.#files.get(path);
    if (bytes) await this.#send(path, bytes, request, response);
    else refuse(response, 404);
  }

  #note(host: Asked["host"], path: string, { headers }: IncomingMessage): void {
    this.asked.push({ host, path, range: headers.range, authorization: headers.authorization });
  }

  #listed(rfilename: string, bytes: Uint8Array): object {
    if (this.#options.bareListing) return { rfilename };
    const size = bytes.byteLength;
    const blobId = createHash("sha1").update(`blob ${size}\0`).update(bytes).digest("hex");
    if (!this.#isLarge(rfilename)) return { rfilename, size, blobId };
    return { rfilename, size, blobId: "0".repeat(40), lfs: { sha256: sha256(bytes), size, pointerSize: 134 } };
  }

  async #send(path: string, given: Uint8Array, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const fault = this.#fault(path);
    if (fault?.kind === "status") return refuse(response, fault.status, fault.headers);
    const bytes = fault?.kind === "short" ? given.slice(0, -fault.by) : Uint8Array.from(given);
    if (fault?.kind === "corrupt") bytes[fault.at] = ~(bytes[fault.at] ?? 0);
    const size = bytes.byteLength;
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
    const isWhole = fault?.kind === "no-ranges" || (fault?.kind === "corrupt" && fault.whole);
    const isRange = from !== undefined && !isWhole;
    const shift = fault?.kind === "shifted" ? 1 : 0;
    const [start, end] = isRange ? [Number(from) + shift, Math.min(size, Number(to) + 1)] : [0, size];
    if (start >= size && isRange) return refuse(response, 416, { "Content-Range": `bytes */${size}` });
    const etag = `"${sha256(given)}${fault?.kind === "other-etag" ? "-2" : ""}"`;
    response.writeHead(isRange ? 206 : 200, {
      "Content-Type": path.endsWith(".json") ? "application/json" : "application/octet-stream",
      "Content-Length": end - start,
      ...(fault?.kind === "bare" ? {} : { ETag: etag, ...(isRange ? { "Content-Range": `bytes ${start}-${end - 1}/${size}` } : {}) }),
    });
    const body = bytes.subarray(start, end);
    if (fault?.kind === "cut") {
      response.write(body.subarray(0, fault.after), () => setTimeout(() => response.destroy(), 20));
      return;
    }
    if (fault?.kind !== "slow") return void response.end(body);
    for (let at = 0; at < body.byteLength && !response.destroyed; at += 16_384) {
      await new Promise((done) => setTimeout(done, fault.ms));
      response.write(body.subarray(at, at + 16_384));
    }
    response.end();
  }
}

function preflight(request: IncomingMessage, response: ServerResponse): boolean {
  response.setHeader("Access-Control-Allow-Origin", "*");
  response.setHeader("Access-Control-Expose-Headers", exposed);
  if (request.method !== "OPTIONS") return false;
  response.writeHead(204, { "Access-Control-Allow-Headers": "authorization, range" }).end();
  return true;
}

function refuse(response: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, headers).end();
}

function origin(server: Server): string {
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
