// Programs that are compiled before anybody needs them. Whoever compiles an equal graph on this engine later takes the one that is there;
// so nothing that trains or decodes knows of it, and the same bytes compute the same numbers.
import type { Graph } from "../graph/ir.ts";
import { encodeOnnx } from "../graph/onnx.ts";
import type { Engine, Program } from "./engine.ts";
import { wrappedEngine } from "./wrapped-engine.ts";

interface Prepared {
  readonly name: string;
  /** What the engine compiles: equal bytes are equal programs. */
  readonly bytes: Uint8Array;
  readonly program: Promise<Program>;
}

export class PreparedPrograms {
  readonly engine: Engine;
  /** The same engine for whoever is to leave alone what is prepared. */
  readonly inner: Engine;
  #prepared: Prepared[] = [];

  constructor(inner: Engine) {
    this.inner = inner;
    this.engine = wrappedEngine(inner, { compile: (graph) => this.#compile(graph) });
  }

  /** Nothing where it is there already. A failure is not remembered: whoever needs the program meets it again. */
  async prepare(graph: Graph): Promise<void> {
    const bytes = encodeOnnx(graph);
    if (this.#prepared.some((known) => isOf(known, graph, bytes))) return;
    const prepared = { name: graph.name, bytes, program: this.inner.compile(graph) };
    this.#prepared.push(prepared);
    try {
      await prepared.program;
    } catch (error) {
      this.#forget(prepared);
      throw error;
    }
  }

  /** Lets go of all that are of none of these graphs. */
  async keepOnly(graphs: readonly Graph[]): Promise<void> {
    const wanted = graphs.map((graph) => ({ graph, bytes: encodeOnnx(graph) }));
    const gone = this.#prepared.filter((known) => !wanted.some(({ graph, bytes }) => isOf(known, graph, bytes)));
    this.#prepared = this.#prepared.filter((known) => !gone.includes(known));
    for (const outcome of await Promise.allSettled(gone.map(({ program }) => program)))
      if (outcome.status === "fulfilled") outcome.value.dispose();
  }

  async #compile<Output extends string>(graph: Graph<Output>): Promise<Program<Output>> {
    if (!this.#prepared.some(({ name }) => name === graph.name)) return this.inner.compile(graph);
    const bytes = encodeOnnx(graph);
    const prepared = this.#prepared.find((known) => isOf(known, graph, bytes));
    if (!prepared) return this.inner.compile(graph);
    this.#forget(prepared);
    const program = await prepared.program.catch(() => null);
    // Which inputs are views of one tensor the bytes do not say.
    return program ? { ...(program as Program<Output>), graph } : this.inner.compile(graph);
  }

  #forget(prepared: Prepared): void {
    this.#prepared = this.#prepared.filter((known) => known !== prepared);
  }
}

function isOf({ name, bytes }: Prepared, graph: Graph, asked: Uint8Array): boolean {
  return name === graph.name && bytes.length === asked.length && bytes.every((byte, at) => byte === asked[at]);
}
