// TensorFlow.js on its WASM backend: loss and gradients of LoRA on a Llama that is written out in it.
import "../node_modules/@tensorflow/tfjs/dist/tf.min.js";
import "../node_modules/@tensorflow/tfjs-backend-wasm/dist/tf-backend-wasm.min.js";
import { offer } from "./contestant.mjs";
import { epsilon, linears, loraScale, picked, randomFloats, rank, requireGuessing, ropeTables, said } from "./llama.mjs";

// These builds are for scripts: each of their modules would want to be resolved.
const { tf } = globalThis;

offer(async ({ shape, provider }) => {
  if (provider !== "wasm") throw new Error("Only its WASM backend is compared: its WebGPU backend is a preview.");
  tf.wasm.setWasmPaths(new URL("../node_modules/@tensorflow/tfjs-backend-wasm/dist/", import.meta.url).href);
  // It would go on with its JavaScript backend.
  if (!(await tf.setBackend("wasm"))) throw new Error("Its WASM backend did not start.");
  const model = made(shape);
  const trained = model.parameters.flatMap((own) => Object.values(own).flatMap(({ a, b }) => [a, b]));
  const once = async () => {
    const since = performance.now();
    const { value, grads } = tf.variableGrads(() => loss(shape, model), trained);
    const [found] = await value.data();
    requireGuessing(found, shape);
    tf.dispose([value, grads]);
    return { ms: performance.now() - since, units: 1 };
  };
  return { compared: said(shape, "WASM, threads and SIMD where the browser has them"), once };
});

function made(shape) {
  const { hidden, vocabulary, layers, heads, kvHeads, batch } = shape;
  const random = (...sizes) => tf.tensor(randomFloats(sizes.reduce((a, b) => a * b)), sizes);
  const each = (of) => Object.fromEntries(Object.entries(linears(shape)).map(([name, sizes]) => [name, of(...sizes)]));
  const blocks = (of) => Array.from({ length: layers }, () => each(of));
  const table = randomFloats(vocabulary * hidden);
  const { inputs, labels } = picked(shape, table);
  const { cos, sin, headDim } = ropeTables(shape);
  const { rows, tokens } = batch;
  const masked = Float32Array.from({ length: tokens * tokens }, (_, at) => (at % tokens > Math.floor(at / tokens) ? -1e9 : 0));
  return {
    parameters: blocks((from, to) => ({ a: tf.variable(random(from, rank)), b: tf.variable(tf.zeros([rank, to])) })),
    blocks: blocks(random),
    inputs: tf.tensor(inputs, [rows * tokens, hidden]),
    labels: tf.tensor(labels, [rows * tokens, hidden]),
    head: tf.tensor(table, [vocabulary, hidden]),
    cos: tf.tensor(cos, [1, 1, tokens, headDim]),
    sin: tf.tensor(sin, [1, 1, tokens, headDim]),
    mask: tf.tensor(masked, [1, 1, tokens, tokens]),
    group: heads / kvHeads,
  };
}

function loss(shape, model) {
  let x = model.inputs;
  for (const [at, frozen] of model.blocks.entries()) x = block(shape, x, model.parameters[at], frozen, model);
  const last = normed(x);
  const logits = tf.matMul(last, model.head, false, true);
  return logSum(logits).sub(last.mul(model.labels).sum(-1)).mean();
}

/** What is taken off first has no part in the gradient. */
function logSum(logits) {
  const top = tf.customGrad((of) => ({ value: of.max(-1, true), gradFunc: () => tf.zerosLike(of) }))(logits);
  return logits
    .sub(top)
    .exp()
    .sum(-1)
    .log()
    .add(top.squeeze([-1]));
}

function block({ heads, kvHeads, hidden, batch: { rows, tokens } }, x, own, frozen, { cos, sin, mask, group }) {
  const headDim = hidden / heads;
  const linear = (name, input) => tf.matMul(input, frozen[name]).add(tf.matMul(tf.matMul(input, own[name].a), own[name].b).mul(loraScale));
  const split = (y, count) => y.reshape([rows, tokens, count, headDim]).transpose([0, 2, 1, 3]);
  // Queries that share keys and values are one matrix.
  const shared = (y) => y.reshape([rows * kvHeads, group * tokens, headDim]);
  const h = normed(x);
  const q = shared(turned(split(linear("q", h), heads), cos, sin));
  const k = turned(split(linear("k", h), kvHeads), cos, sin).reshape([rows * kvHeads, tokens, headDim]);
  const v = split(linear("v", h), kvHeads).reshape([rows * kvHeads, tokens, headDim]);
  const scores = tf.matMul(q, k, false, true).mul(1 / Math.sqrt(headDim));
  const weights = tf.softmax(scores.reshape([rows * kvHeads, group, tokens, tokens]).add(mask));
  const mixed = tf.matMul(weights.reshape([rows * kvHeads, group * tokens, tokens]), v);
  const joined = mixed
    .reshape([rows, heads, tokens, headDim])
    .transpose([0, 2, 1, 3])
    .reshape([rows * tokens, hidden]);
  const y = x.add(linear("o", joined));
  const m = normed(y);
  const gate = linear("gate", m);
  return y.add(linear("down", gate.mul(tf.sigmoid(gate)).mul(linear("up", m))));
}

function normed(x) {
  return x.mul(tf.rsqrt(x.square().mean(-1, true).add(epsilon)));
}

function turned(x, cos, sin) {
  const [first, second] = tf.split(x, 2, -1);
  return x.mul(cos).add(tf.concat([second.neg(), first], -1).mul(sin));
}
