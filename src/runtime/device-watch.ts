// Hears what goes wrong on a GPU device. WebGPU itself says nothing to whoever made the call: a refused buffer is an object
// like any other, and what is computed with it is garbage or nothing. So every allocation is made under an error scope, and
// what falls through all scopes, or the loss of the device, ends the engine.
import { AtelierError } from "../base/errors.ts";
import { words, type Words } from "../words/message.ts";
import { failure, runtimeError } from "./runtime-error.ts";

/** How long a loss may come after the failure that it caused. */
const lossDelayMs = 200;

export class DeviceWatch {
  readonly device: GPUDevice;
  /** Resolves when the device can no longer be used. */
  readonly lost: Promise<AtelierError>;
  #tellLost: (error: AtelierError) => void = () => undefined;
  #failure: AtelierError | undefined;
  #isClosed = false;
  /** Scopes of allocations and of the runtime's work that have not answered yet. */
  readonly #allocations = new Set<Promise<void>>();
  readonly #works = new Set<Promise<void>>();
  /** What was refused since it was last asked for. */
  #refusal: AtelierError | undefined;
  readonly #waiting = new Set<(error: AtelierError) => void>();

  constructor(device: GPUDevice) {
    this.device = device;
    this.lost = new Promise((resolve) => {
      this.#tellLost = resolve;
    });
    void this.#followLoss();
    device.addEventListener("uncapturederror", ({ error }) => {
      this.fail(isOutOfMemory(error) ? outOfMemory(words("engine/memory-refused"), error) : gpuError(error));
    });
  }

  async #followLoss(): Promise<void> {
    const { reason, message } = await this.device.lost;
    if (!this.#isClosed) this.fail(deviceLost(`${reason}: ${message}`));
  }

  /** Whether nothing works on this device any more, and why. */
  get failure(): AtelierError | undefined {
    return this.#failure;
  }

  /** Gives the device up: all that waits and all that comes rejects with this error. The first one counts. */
  fail(error: AtelierError): void {
    if (this.#failure) return;
    this.#failure = error;
    for (const reject of this.#waiting) reject(error);
    this.#waiting.clear();
    this.#tellLost(error);
  }

  /** Makes something on the device; where it is refused the next {@link settled} rejects. */
  allocating<T>(what: Words, make: () => T): T {
    this.device.pushErrorScope("out-of-memory");
    this.device.pushErrorScope("validation");
    try {
      return make();
    } finally {
      for (let scope = 0; scope < 2; scope++) this.#check(this.#allocations, (error) => (this.#refusal ??= outOfMemory(what, error)));
    }
  }

  /** Lets the runtime work on the device; what it is refused stays in its caches, so that ends the engine. */
  async working<T>(what: Words, work: () => Promise<T>): Promise<T> {
    this.#throwFailure();
    this.device.pushErrorScope("out-of-memory");
    try {
      return await this.#unlessLost(work());
    } finally {
      this.#check(this.#works, (error) => this.fail(outOfMemory(what, error)));
    }
  }

  /**
   * Rejects where an allocation since the last call was refused, or the device is lost. Before each use of what was allocated:
   * the runtime would keep commands that are made of an invalid buffer.
   */
  async allocated(): Promise<void> {
    while (this.#allocations.size > 0) await this.#unlessLost(Promise.all(this.#allocations));
    this.#throwFailure();
    const refusal = this.#refusal;
    this.#refusal = undefined;
    if (refusal) throw refusal;
  }

  /** The same, and the runtime's work was refused nothing either. */
  async settled(): Promise<void> {
    while (this.#works.size > 0) await this.#unlessLost(Promise.all(this.#works));
    await this.allocated();
  }

  /** The reason behind a failure of the runtime: a refusal or a loss, which may be known a moment later. */
  async explain(fallback: AtelierError): Promise<AtelierError> {
    const later = new Promise<undefined>((resolve) => setTimeout(resolve, lossDelayMs));
    await Promise.race([this.lost, later]);
    return this.#failure ?? fallback;
  }

  /** Gives the device back; its loss is then no failure. */
  close(): void {
    this.#isClosed = true;
    this.device.destroy();
  }

  /** A call on a lost device may never answer. */
  #unlessLost<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#failure) {
        reject(this.#failure);
        return;
      }
      this.#waiting.add(reject);
      work.then(resolve, reject).finally(() => this.#waiting.delete(reject));
    });
  }

  #check(scopes: Set<Promise<void>>, refused: (error: GPUError) => void): void {
    const popped = this.device.popErrorScope();
    const check = async (): Promise<void> => {
      // A lost device answers no scopes; the loss itself is heard.
      const error = await popped.catch(() => null);
      scopes.delete(pending);
      if (error) refused(error);
    };
    const pending = check();
    scopes.add(pending);
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure;
  }
}

function deviceLost(cause: string): AtelierError {
  return new AtelierError("engine/device-lost", { what: words("engine/gpu-stopped") }, { cause });
}

const isOutOfMemory = (error: GPUError): boolean => typeof GPUOutOfMemoryError !== "undefined" && error instanceof GPUOutOfMemoryError;

function outOfMemory(what: Words, { message }: GPUError): AtelierError {
  return new AtelierError("engine/out-of-memory", { what }, { cause: message });
}

function gpuError({ message }: GPUError): AtelierError {
  return runtimeError(failure("engine/gpu-error", {}), new Error(message));
}
