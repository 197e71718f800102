// The engine that users run: ONNX Runtime Web, on its WebGPU or its WASM execution provider. This folder is the only
// importer of onnxruntime-web. A named provider is never replaced by another: what cannot be had is an error.
import * as ort from "onnxruntime-web/webgpu";
import ortWasmUrl from "onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url";
import { AtelierError } from "../base/errors.ts";
import { byteLength, sameShape, type DType, type Shape } from "../base/tensor.ts";
import { GraphBuilder } from "../graph/builder.ts";
import type { Graph } from "../graph/ir.ts";
import { encodeOnnx } from "../graph/onnx.ts";
import { allocatedBytes, watchAllocations } from "./allocations.ts";
import type { DeviceTensor, Engine, MemoryUse, Program, TensorData } from "./engine.ts";
import { MemoryMeter } from "./memory-meter.ts";
import { runtimeError } from "./runtime-error.ts";

export type OrtProvider = "webgpu" | "wasm";

/** What this browser offers each provider. Throws nothing: absence is an answer. */
export async function describeGpu(): Promise<{ adapter: GPUAdapter; name: string } | { reason: string }> {
  const gpu = (globalThis.navigator as Navigator | undefined)?.gpu;
  if (!gpu) return { reason: "this browser has no WebGPU" };
  try {
    const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
    if (!adapter) return { reason: "WebGPU found no graphics adapter" };
    const { vendor, architecture, description, device } = adapter.info;
    const name = description || [vendor, architecture, device].filter(Boolean).join(" ") || "unnamed adapter";
    return { adapter, name };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}

export function wasmThreads(): number {
  return globalThis.crossOriginIsolated ? Math.max(1, Math.min(navigator.hardwareConcurrency, 8)) : 1;
}

/**
 * @throws AtelierError `engine/no-webgpu` where there is no adapter.
 */
export async function createOrtEngine(provider: OrtProvider): Promise<Engine> {
  watchAllocations();
  ort.env.wasm.wasmPaths = { wasm: new URL(ortWasmUrl, import.meta.url).href };
  ort.env.wasm.numThreads = wasmThreads();
  ort.env.logLevel = "error";
  if (provider === "wasm") return new OrtEngine("wasm", `${wasmThreads()} threads`, null);
  const gpu = await describeGpu();
  if ("reason" in gpu) {
    throw new AtelierError(
      "engine/no-webgpu",
      `WebGPU cannot be used: ${gpu.reason}.`,
      "Choose WASM, or a browser with WebGPU such as a current Chrome or Edge.",
    );
  }
  const keepAlive = await startWebGpu();
  return new OrtEngine("webgpu", gpu.name, await ort.env.webgpu.device, keepAlive);
}

/** The device exists from the first session to the last: this one is held as long as the engine. */
async function startWebGpu(): Promise<ort.InferenceSession> {
  const g = new GraphBuilder();
  const x = g.input("x", "float32", [1]);
  const model = encodeOnnx(g.finish("start", { y: g.neg(x) }));
  try {
    return await ort.InferenceSession.create(model, { executionProviders: ["webgpu"] });
  } catch (error) {
    throw new AtelierError(
      "engine/no-webgpu",
      "WebGPU was found but could not be started.",
      "Choose WASM, or update the browser and the graphics driver.",
      { cause: error },
    );
  }
}

class OrtTensor implements DeviceTensor {
  readonly tensor: ort.Tensor;
  readonly dtype: DType;
  readonly shape: Shape;
  readonly bytes: number;
  readonly #release: (bytes: number) => void;
  readonly #views = new Map<string, ort.Tensor>();
  #disposed = false;

  constructor(tensor: ort.Tensor, dtype: DType, shape: Shape, release: (bytes: number) => void) {
    this.tensor = tensor;
    this.dtype = dtype;
    this.shape = shape;
    this.bytes = byteLength(dtype, shape);
    this.#release = release;
  }

  /** The same bytes under another type and shape; nothing is copied. */
  as(dtype: DType, shape: Shape): ort.Tensor {
    if (byteLength(dtype, shape) !== this.bytes) {
      throw new AtelierError(
        "engine/feed-shape",
        `A tensor of shape [${this.shape.join(", ")}] was fed where [${shape.join(", ")}] is expected.`,
        "Report this fault.",
      );
    }
    if (dtype === this.dtype && sameShape(shape, this.shape)) return this.tensor;
    const key = `${dtype} ${shape.join(",")}`;
    const known = this.#views.get(key);
    if (known) return known;
    const view =
      this.tensor.location === "gpu-buffer"
        ? ort.Tensor.fromGpuBuffer(this.tensor.gpuBuffer, { dataType: dtype as "float32", dims: [...shape] })
        : new ort.Tensor(dtype, this.tensor.data, [...shape]);
    this.#views.set(key, view);
    return view;
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#release(this.bytes);
    this.tensor.dispose();
  }
}

interface OrtProgram extends Program {
  readonly session: ort.InferenceSession;
}

class OrtEngine implements Engine {
  readonly kind: OrtProvider;
  readonly description: string;
  readonly hasFloat16: boolean;
  readonly #device: GPUDevice | null;
  readonly #meter = new MemoryMeter();
  readonly #sessions = new Set<ort.InferenceSession>();

  constructor(kind: OrtProvider, description: string, device: GPUDevice | null, keepAlive?: ort.InferenceSession) {
    if (keepAlive) this.#sessions.add(keepAlive);
    this.kind = kind;
    this.description = description;
    this.hasFloat16 = device?.features.has("shader-f16") ?? true;
    this.#device = device;
  }

  async compile(graph: Graph): Promise<Program> {
    const session = await ort.InferenceSession.create(encodeOnnx(graph), {
      executionProviders: [this.kind],
      preferredOutputLocation: this.kind === "webgpu" ? "gpu-buffer" : "cpu",
      graphOptimizationLevel: "all",
      // A node that the GPU has no kernel for is an error, not a hidden trip through the CPU.
      ...(this.kind === "webgpu" ? { extra: { session: { disable_cpu_ep_fallback: "1" } } } : {}),
    }).catch((error: unknown) => {
      throw runtimeError("engine/compile", `The graph "${graph.name}" could not be compiled.`, error);
    });
    this.#sessions.add(session);
    const dispose = (): void => {
      this.#sessions.delete(session);
      void session.release();
    };
    return { graph, session, dispose } as OrtProgram;
  }

  upload(dtype: DType, shape: Shape, data: TensorData): DeviceTensor {
    const tensor = this.#device
      ? uploadToGpu(this.#device, dtype, shape, data)
      : new ort.Tensor(dtype as "float32", data as Float32Array, [...shape]);
    const buffer = this.#device ? tensor.gpuBuffer : null;
    return this.#own(tensor, dtype, shape, () => buffer?.destroy());
  }

  async run(program: Program, feeds: Readonly<Record<string, DeviceTensor>>): Promise<Record<string, DeviceTensor>> {
    const { session, graph } = program as OrtProgram;
    const bound: Record<string, ort.Tensor> = {};
    for (const { name, value, viewOf } of graph.inputs) {
      const fed = feeds[viewOf ?? name] as OrtTensor | undefined;
      if (!fed)
        throw new AtelierError("engine/missing-feed", `The graph "${graph.name}" was run without its input ${name}.`, "Report this fault.");
      bound[name] = fed.as(value.dtype, value.shape);
    }
    const results = await session.run(bound).catch((error: unknown) => {
      throw runtimeError("engine/run", `The graph "${graph.name}" failed while it ran.`, error);
    });
    return Object.fromEntries(
      graph.outputs.map(({ name, value }) => [name, this.#own(results[name] as ort.Tensor, value.dtype, value.shape)]),
    );
  }

  async read(tensor: DeviceTensor): Promise<TensorData> {
    try {
      return (await (tensor as OrtTensor).tensor.getData()) as TensorData;
    } catch (error) {
      throw runtimeError("engine/read", "A result could not be read back.", error);
    }
  }

  copyInto(target: DeviceTensor, offset: number, source: DeviceTensor): void {
    const [to, from] = [(target as OrtTensor).tensor, (source as OrtTensor).tensor];
    if (this.#device) {
      const encoder = this.#device.createCommandEncoder();
      encoder.copyBufferToBuffer(from.gpuBuffer, 0, to.gpuBuffer, offset * 4, source.bytes);
      this.#device.queue.submit([encoder.finish()]);
    } else {
      (to.data as Float32Array).set(from.data as Float32Array, offset);
    }
  }

  memory = (): MemoryUse => {
    const tensors = this.#meter.read();
    const { gpuPeak, heap } = allocatedBytes();
    return { ...tensors, allocatedBytes: this.#device ? gpuPeak : heap + tensors.peakBytes };
  };

  async dispose(): Promise<void> {
    await Promise.all([...this.#sessions].map((session) => session.release()));
    this.#sessions.clear();
  }

  #own(tensor: ort.Tensor, dtype: DType, shape: Shape, destroy?: () => void): OrtTensor {
    this.#meter.add(byteLength(dtype, shape));
    return new OrtTensor(tensor, dtype, shape, (bytes) => {
      this.#meter.remove(bytes);
      destroy?.();
    });
  }
}

function uploadToGpu(device: GPUDevice, dtype: DType, shape: Shape, data: TensorData): ort.Tensor {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const size = Math.max(16, Math.ceil(bytes.byteLength / 16) * 16);
  // ONNX Runtime asks the device for all that the adapter grants. Weights come in pieces that every device takes; what is
  // refused here is a mask or a cache.
  const limit = Math.min(device.limits.maxBufferSize, device.limits.maxStorageBufferBindingSize);
  if (size > limit) {
    throw new AtelierError(
      "engine/out-of-memory",
      `A tensor [${shape.join(", ")}] of ${size} bytes is larger than what this GPU binds at once (${limit} bytes).`,
      "Choose a smaller batch or a shorter sequence, or the WASM engine.",
    );
  }
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const buffer = device.createBuffer({ size, usage, mappedAtCreation: true });
  new Uint8Array(buffer.getMappedRange()).set(bytes);
  buffer.unmap();
  return ort.Tensor.fromGpuBuffer(buffer, { dataType: dtype as "float32", dims: [...shape] });
}
