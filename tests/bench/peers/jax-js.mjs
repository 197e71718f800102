// jax-js: loss and gradients of LoRA on a Llama that is written out in it, as one jitted function.
import { blockUntilReady, defaultDevice, init, jit, nn, numpy as np, tree, valueAndGrad } from "../node_modules/@jax-js/jax/dist/index.js";
import { offer } from "./contestant.mjs";
import { epsilon, linears, loraScale, picked, randomFloats, rank, requireGuessing, ropeTables, said } from "./llama.mjs";

offer(async ({ shape, provider }) => {
  if (!(await init(provider)).includes(provider)) throw new Error(`jax-js has no ${provider} here.`);
  defaultDevice(provider);
  const { parameters, weights } = made(shape);
  const step = jit((trained, frozen) => valueAndGrad((own) => loss(shape, own, frozen))(trained));
  const once = async () => {
    const since = performance.now();
    const [value, gradients] = step(tree.ref(parameters), tree.ref(weights));
    const [found] = await value.data();
    await blockUntilReady(gradients);
    const ms = performance.now() - since;
    requireGuessing(found, shape);
    tree.dispose(gradients);
    return { ms, units: 1 };
  };
  return { compared: said(shape, provider === "wasm" ? `${navigator.hardwareConcurrency} threads at most` : "WebGPU"), once };
});

function made(shape) {
  const { hidden, vocabulary, layers, batch } = shape;
  const array = (data, sizes) => np.array(data).reshape(sizes);
  const random = (...sizes) => array(randomFloats(sizes.reduce((a, b) => a * b)), sizes);
  const each = (of) => Object.fromEntries(Object.entries(linears(shape)).map(([name, sizes]) => [name, of(...sizes)]));
  const blocks = (of) => Array.from({ length: layers }, () => each(of));
  const table = randomFloats(vocabulary * hidden);
  const { inputs, labels } = picked(shape, table);
  const { cos, sin, headDim } = ropeTables(shape);
  const rows = [batch.rows, batch.tokens, hidden];
  const angles = [1, batch.tokens, 1, headDim];
  return {
    parameters: blocks((from, to) => ({ a: random(from, rank), b: np.zeros([rank, to]) })),
    weights: {
      blocks: blocks((from, to) => random(from, to)),
      inputs: array(inputs, rows),
      labels: array(labels, rows),
      head: array(table, [vocabulary, hidden]),
      cos: array(cos, angles),
      sin: array(sin, angles),
    },
  };
}

// An array is given away where it is passed: `.ref` keeps it.

function loss(shape, parameters, { blocks, inputs, labels, head, cos, sin }) {
  let x = inputs;
  for (const [at, frozen] of blocks.entries()) x = block(shape, x, parameters[at], frozen, cos.ref, sin.ref);
  tree.dispose([cos, sin]);
  const last = normed(x);
  const logits = np.matmul(last.ref, np.matrixTranspose(head));
  return nn.logsumexp(logits, -1).sub(last.mul(labels).sum(-1)).mean();
}

function block({ heads, kvHeads, hidden, batch }, x, own, frozen, cos, sin) {
  const headDim = hidden / heads;
  const linear = (name, input) => {
    const [kept, { a, b }] = [input.ref, own[name]];
    return np.matmul(input, frozen[name]).add(np.matmul(np.matmul(kept, a), b).mul(loraScale));
  };
  const split = (y, count) => y.reshape([batch.rows, batch.tokens, count, headDim]);
  const h = normed(x.ref);
  const q = turned(split(linear("q", h.ref), heads), cos.ref, sin.ref);
  const k = turned(split(linear("k", h.ref), kvHeads), cos, sin);
  const mixed = nn.dotProductAttention(q, k, split(linear("v", h), kvHeads), { isCausal: true });
  const y = x.add(linear("o", mixed.reshape([batch.rows, batch.tokens, hidden])));
  const m = normed(y.ref);
  return y.add(linear("down", nn.silu(linear("gate", m.ref)).mul(linear("up", m))));
}

function normed(x) {
  const size = np.sqrt(np.square(x.ref).mean(-1, { keepdims: true }).add(epsilon));
  return x.div(size);
}

function turned(x, cos, sin) {
  const [first, second] = np.split(x.ref, 2, -1);
  return x.mul(cos).add(np.concatenate([second.mul(-1), first], -1).mul(sin));
}
