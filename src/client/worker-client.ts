// Starts a worker, speaks to it through Comlink, and starts it anew after it died. A dead worker never answers, so every
// open call is rejected here; without that, the page would wait for ever.
import { proxy, wrap } from "comlink";
import { AtelierError } from "../base/errors.ts";
import { lastWords, registerErrorTransfer } from "../protocol/transfer.ts";
import { words, type Text, type Words } from "../words/message.ts";

type Methods = Readonly<Record<string, (...args: readonly unknown[]) => Promise<unknown>>>;

registerErrorTransfer();

export class WorkerClient<Api extends object> {
  /** The worker's methods. Functions among the arguments are called back across the boundary. */
  readonly api: Api;
  readonly #name: Words;
  readonly #create: () => Worker;
  readonly #open = new Set<(reason: AtelierError) => void>();
  #worker: Worker | undefined;
  #remote: Methods | undefined;
  #onCrash: (error: AtelierError) => void = () => undefined;

  /** The worker starts with the first call, so that importing this costs nothing. */
  constructor(name: Words, create: () => Worker) {
    this.#name = name;
    this.#create = create;
    this.api = new Proxy({} as Api, {
      get: (_, method) => (typeof method === "string" ? (...args: unknown[]) => this.#call(method, args) : undefined),
    });
  }

  /** Called after the worker died and its open calls were rejected; the next call starts another one. */
  onCrash(listener: (error: AtelierError) => void): void {
    this.#onCrash = listener;
  }

  #call(method: string, args: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const remote = this.#started();
      const settle = <T>(finish: (value: T) => void): ((value: T) => void) => {
        return (value) => {
          this.#open.delete(reject);
          finish(value);
        };
      };
      this.#open.add(reject);
      const sent = args.map((arg) => (typeof arg === "function" ? proxy(arg) : arg));
      const call = remote[method];
      if (call) call(...sent).then(settle(resolve), settle(reject));
    });
  }

  #started(): Methods {
    if (this.#remote) return this.#remote;
    const worker = this.#create();
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      this.#crash(lastWords(event.message));
    });
    // An answer that cannot be unpacked leaves its call open for ever.
    worker.addEventListener("messageerror", () => this.#crash(words("client/unreadable-answer")));
    this.#worker = worker;
    this.#remote = wrap(worker) as unknown as Methods;
    return this.#remote;
  }

  #crash(why: Text): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#remote = undefined;
    const worker = this.#name;
    const error =
      why === ""
        ? new AtelierError("client/worker-crashed", { worker })
        : new AtelierError("client/worker-crashed#why", { worker, why }, { cause: why });
    const open = [...this.#open];
    this.#open.clear();
    for (const reject of open) reject(error);
    this.#onCrash(error);
  }
}
