// The engine that users run: ONNX Runtime Web, on its WebGPU or its WASM execution provider. This folder is the only
// importer of onnxruntime-web. A named provider is never replaced by another: what cannot be had is an error.
import type * as ort from "onnxruntime-web";
import { AtelierError, messageOf } from "../base/errors.ts";
import { byteLength, isOpen, type DType, type Shape } from "../base/tensor.ts";
import { GraphBuilder } from "../graph/builder.ts";
import type { Graph } from "../graph/ir.ts";
import { encodeOnnx } from "../graph/onnx.ts";
import { words, type Text } from "../words/message.ts";
import { allocatedBytes, watchAllocations } from "./allocations.ts";
import { DeviceWatch } from "./device-watch.ts";
import {
  dataOf,
  resultsOf,
  type DeviceTensor,
  type Engine,
  type MemoryUse,
  type Program,
  type Results,
  type TensorCopy,
  type TensorData,
  type TensorSource,
} from "./engine.ts";
import { GpuDownloads } from "./gpu-download.ts";
import { uploadToGpu } from "./gpu-uploads.ts";
import { describeGpu, requestDevice, type GpuDescription } from "./gpu.ts";
import { MemoryMeter } from "./memory-meter.ts";
import { loadOrt, wasmThreads, type Ort, type OrtProvider } from "./ort-builds.ts";
import { OrtTensor } from "./ort-tensor.ts";
import { failure, runtimeError, type Failure } from "./runtime-error.ts";

/**
 * @throws AtelierError `engine/no-webgpu` where there is no adapter.
 */
export async function createOrtEngine(provider: OrtProvider): Promise<Engine> {
  watchAllocations();
  if (provider === "wasm") {
    return new OrtEngine(await loadOrt("wasm"), { kind: "wasm", description: words("engine/threads", { count: wasmThreads() }) }, null);
  }
  const gpu = await describeGpu();
  if ("reason" in gpu) throw new AtelierError("engine/no-webgpu", gpu);
  return startWebGpu(await loadOrt("webgpu"), gpu);
}

async function startWebGpu(runtime: Ort, { adapter, name, isFallback }: GpuDescription): Promise<Engine> {
  const watch = await requestDevice(adapter).then((device) => new DeviceWatch(device), throwNotStarted);
  const engine = new OrtEngine(runtime, { kind: "webgpu", description: name, isFallback }, watch);
  try {
    // The runtime's part of the device exists from the first program to the last: this one is held as long as the engine.
    const g = new GraphBuilder();
    const x = g.input("x", "float32", [1]);
    await engine.compile(g.finish("start", { y: g.neg(x) }));
    return engine;
  } catch (error) {
    await engine.dispose();
    return throwNotStarted(error);
  }
}

function throwNotStarted(cause: unknown): never {
  throw new AtelierError("engine/no-webgpu#not-started", {}, { cause });
}

interface OrtProgram<Output extends string = string> extends Program<Output> {
  readonly session: ort.InferenceSession;
}

interface Kind {
  readonly kind: OrtProvider;
  readonly description: Text;
  readonly isFallback?: boolean;
}

class OrtEngine implements Engine {
  readonly #ort: Ort;
  readonly kind: OrtProvider;
  readonly description: Text;
  readonly hasFloat16: boolean;
  readonly isFallback: boolean;
  readonly lost: Promise<AtelierError>;
  /** Null on WASM. */
  readonly #watch: DeviceWatch | null;
  readonly #downloads: GpuDownloads | null;
  readonly #meter = new MemoryMeter();
  readonly #sessions = new Set<ort.InferenceSession>();

  constructor(runtime: Ort, { kind, description, isFallback = false }: Kind, watch: DeviceWatch | null) {
    this.#ort = runtime;
    this.kind = kind;
    this.description = description;
    this.isFallback = isFallback;
    this.#watch = watch;
    this.#downloads = watch && new GpuDownloads(watch);
    this.hasFloat16 = watch?.device.features.has("shader-f16") ?? true;
    this.lost = watch?.lost ?? new Promise(() => undefined);
  }

  async compile<Output extends string>(graph: Graph<Output>): Promise<Program<Output>> {
    const compiling = failure("engine/compile", { graph: graph.name });
    const session = await inTurn(() =>
      this.#working(compiling, async () => {
        const externalData = await weightFiles(graph);
        return this.#ort.InferenceSession.create(encodeOnnx(graph), { ...this.#options(), ...externalData });
      }),
    );
    this.#sessions.add(session);
    const dispose = (): void => {
      if (this.#sessions.delete(session)) void letGo(session);
    };
    const program: OrtProgram<Output> = { graph, session, dispose };
    return program;
  }

  upload(dtype: DType, shape: Shape, source: TensorSource): DeviceTensor {
    const data = dataOf(source);
    if (!this.#watch) return this.#own(new this.#ort.Tensor(dtype as "float32", data as Float32Array, [...shape]), dtype, shape);
    const buffer = uploadToGpu(this.#watch, shape, data);
    const tensor = this.#ort.Tensor.fromGpuBuffer(buffer, { dataType: dtype as "float32", dims: [...shape] });
    return this.#own(tensor, dtype, shape, () => buffer.destroy());
  }

  async run<Output extends string>(program: Program<Output>, feeds: Readonly<Record<string, DeviceTensor>>): Promise<Results<Output>> {
    const { session, graph } = program as OrtProgram<Output>;
    const bound: Record<string, ort.Tensor> = {};
    for (const { name, value, viewOf } of graph.inputs) {
      const fed = feeds[viewOf ?? name] as OrtTensor | undefined;
      if (!fed) throw new AtelierError("engine/missing-feed", { graph: graph.name, input: name });
      bound[name] = fed.as(value.dtype, value.shape);
    }
    const places = Object.fromEntries(graph.outputs.map(({ name, into }) => [name, into === undefined ? null : (bound[into] ?? null)]));
    await this.#watch?.allocated();
    const results = await this.#working(failure("engine/run", { graph: graph.name }), () => session.run(bound, places));
    return resultsOf(graph, ({ name, value: { dtype, shape } }) => {
      const tensor = results[name] as ort.Tensor;
      return this.#own(tensor, dtype, shape.some(isOpen) ? tensor.dims : shape);
    });
  }

  hostNumber = (value: number): DeviceTensor => this.#own(new this.#ort.Tensor("int32", Int32Array.of(value), [1]), "int32", [1]);

  firstRows = (tensor: DeviceTensor, rows: number): DeviceTensor => (tensor as OrtTensor).firstRows(rows);

  async read(tensor: DeviceTensor): Promise<TensorData> {
    const [data] = await this.readAll([tensor]);
    return data as TensorData;
  }

  async readAll(tensors: readonly DeviceTensor[]): Promise<readonly TensorData[]> {
    const held = (tensors as readonly OrtTensor[]).map(({ tensor, dtype, shape }) => ({ tensor, dtype, shape }));
    const downloads = this.#downloads;
    const data = await this.#working(failure("engine/read", {}), () =>
      downloads
        ? downloads.read(held.map(({ tensor, ...typed }) => ({ buffer: tensor.gpuBuffer, ...typed })))
        : Promise.all(held.map(({ tensor }) => tensor.getData() as Promise<TensorData>)),
    );
    await this.settled();
    return data;
  }

  async settled(): Promise<void> {
    await this.#watch?.settled();
  }

  copyInto(copies: readonly TensorCopy[]): void {
    const device = this.#watch?.device;
    const encoder = device?.createCommandEncoder();
    for (const { target, offset, source } of copies) {
      const [to, from] = [(target as OrtTensor).tensor, (source as OrtTensor).tensor];
      if (encoder) encoder.copyBufferToBuffer(from.gpuBuffer, 0, to.gpuBuffer, offset * 4, source.bytes);
      else (to.data as Float32Array).set(from.data as Float32Array, offset);
    }
    if (encoder) device?.queue.submit([encoder.finish()]);
  }

  memory = (): MemoryUse => {
    const tensors = this.#meter.read();
    const { gpuPeak, heap } = allocatedBytes();
    return { ...tensors, allocatedBytes: this.#watch ? gpuPeak : heap + tensors.peakBytes };
  };

  async dispose(): Promise<void> {
    await Promise.all([...this.#sessions].map(letGo));
    this.#sessions.clear();
    this.#watch?.close();
  }

  #options(): ort.InferenceSession.SessionOptions {
    if (!this.#watch) return { executionProviders: ["wasm"], preferredOutputLocation: "cpu", graphOptimizationLevel: "all" };
    return {
      executionProviders: [{ name: "webgpu", device: this.#watch.device }],
      preferredOutputLocation: "gpu-buffer",
      graphOptimizationLevel: "all",
      // A node that the GPU has no kernel for is an error, not a hidden trip through the CPU.
      extra: { session: { disable_cpu_ep_fallback: "1" } },
    };
  }

  /** Calls the runtime; what it throws gets the code and the reason. */
  async #working<T>(doing: Failure, work: () => Promise<T>): Promise<T> {
    const watch = this.#watch;
    try {
      return await (watch ? watch.working(messageOf(doing), work) : work());
    } catch (thrown) {
      const error = thrown instanceof AtelierError ? thrown : runtimeError(doing, thrown);
      if (!watch || watch.failure) throw error;
      const reason = await watch.explain(error);
      // A run that failed leaves its scopes open and what it was refused in the runtime's caches: this device is done with.
      if (doing.key !== "engine/compile" || reason.code !== doing.key) watch.fail(reason);
      throw reason;
    }
  }

  #own(tensor: ort.Tensor, dtype: DType, shape: Shape, destroy?: () => void): OrtTensor {
    this.#meter.add(byteLength(dtype, shape));
    return new OrtTensor(this.#ort, tensor, dtype, shape, (bytes) => {
      this.#meter.remove(bytes);
      destroy?.();
    });
  }
}

let lastMade: Promise<unknown> = Promise.resolve();

/** Programs are made one after the other: the runtime has one list of files, and clears it after each. */
function inTurn<T>(make: () => Promise<T>): Promise<T> {
  const made = lastMade.then(make);
  lastMade = made.catch(() => undefined);
  return made;
}

/** A graph's weights as files of the model: its protobuf need not hold them, and the runtime copies each straight to its place. */
async function weightFiles({ weights = [] }: Graph): Promise<Pick<ort.InferenceSession.SessionOptions, "externalData">> {
  const files: { path: string; data: Uint8Array }[] = [];
  for (const { name, read } of weights) {
    const numbers = await read();
    files.push({ path: name, data: new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength) });
  }
  return files.length === 0 ? {} : { externalData: files };
}

/** A program on a lost device is let go all the same; that it says so helps nobody. */
async function letGo(session: ort.InferenceSession): Promise<void> {
  await session.release().catch(() => undefined);
}
