// What the reference numbers hold, a line each: which model and set, where a run starts from, and which of the numbers are its own.

const linear = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"];
/** A PEFT configuration, whose tensors are those that the set calls `tag.init.…`, or `from.init.…` where the tag has none. */
const lora = (settings = {}) => ({ peft_type: "LORA", r: 4, lora_alpha: 8, target_modules: linear, ...settings });
const qv = { target_modules: ["q_proj", "v_proj"] };

const ofModel = [
  { tag: "lora", folder: lora() },
  { tag: "lora_b0", folder: lora(), from: "lora", zeroB: true },
  { tag: "rslora", folder: lora({ use_rslora: true }), from: "lora" },
  { tag: "dora", folder: lora({ use_dora: true }) },
  {
    tag: "ia3",
    folder: { peft_type: "IA3", target_modules: ["k_proj", "v_proj", "down_proj"], feedforward_modules: ["down_proj"] },
  },
  { tag: "prompt_tuning", folder: { peft_type: "PROMPT_TUNING", num_virtual_tokens: 4 } },
  { tag: "norm_tuning", method: ["--method", "norms"] },
  { tag: "full", method: ["--method", "full"], someGradients: true },
  { tag: "full_nodecay_norm_bias", method: ["--method", "full"], train: ["--decay-all", "false"] },
].map((one) => ({ model: "llama_tied", ...one }));

const biases = ["qwen2", "gpt2", "llama_bias"].map((model) => ({
  model,
  tag: "bitfit",
  method: ["--method", "bitfit"],
  someGradients: true,
}));

const peft = [
  { tag: "prefix_tuning", folder: { peft_type: "PREFIX_TUNING", num_virtual_tokens: 4 } },
  { tag: "pissa", method: ["--method", "pissa", "--rank", "4", "--alpha", "8"] },
  { tag: "lora_layers_to_transform", folder: lora({ layers_to_transform: [1] }) },
  { tag: "lora_layers_pattern", folder: lora({ layers_to_transform: [0], layers_pattern: "layers", ...qv }) },
  { tag: "lora_target_regex", folder: lora({ target_modules: ".*\\.layers\\.1\\.(self_attn\\.(q|o)_proj|mlp\\.up_proj)" }) },
  {
    tag: "lora_rank_alpha_pattern",
    folder: lora({
      rank_pattern: { q_proj: 2, "layers.1.mlp.down_proj": 6 },
      alpha_pattern: { v_proj: 32, "layers.1.mlp.down_proj": 3, o_proj: 1 },
    }),
  },
  {
    tag: "lora_rank_pattern",
    folder: lora({ rank_pattern: { "self_attn.k_proj": 8, "^model.layers.0.mlp.up_proj": 1 }, target_modules: ["k_proj", "up_proj"] }),
  },
  { tag: "lora_exclude_modules", folder: lora({ exclude_modules: ["o_proj", "layers.0.mlp.gate_proj"] }) },
  { tag: "lora_save_lm_head", folder: lora({ modules_to_save: ["lm_head"], ...qv }), from: "lora_exclude_modules", someGradients: true },
  { tag: "lora_save_embed", folder: lora({ modules_to_save: ["embed_tokens"], ...qv }), from: "lora_exclude_modules", someGradients: true },
  {
    tag: "lora_save_embed_tied",
    folder: lora({ modules_to_save: ["embed_tokens"], ensure_weight_tying: true, ...qv }),
    from: "lora_exclude_modules",
    someGradients: true,
  },
  {
    tag: "trainable_tokens",
    folder: lora({ trainable_token_indices: [15, 132, 164, 3], ...qv }),
    from: "lora_exclude_modules",
    someGradients: true,
  },
  {
    tag: "trainable_tokens_tied",
    folder: lora({ trainable_token_indices: [15, 132, 164, 3], ensure_weight_tying: true, ...qv }),
    from: "lora_exclude_modules",
    someGradients: true,
  },
  {
    tag: "vera",
    folder: { peft_type: "VERA", r: 8, save_projection: true, ...qv },
    more: { "vera.frozen.A": "base_model.vera_A", "vera.frozen.B": "base_model.vera_B" },
  },
  { tag: "oft", folder: { peft_type: "OFT", r: 0, oft_block_size: 16, use_cayley_neumann: false, ...qv } },
  { tag: "boft", folder: { peft_type: "BOFT", boft_block_size: 8, boft_n_butterfly_factor: 1, ...qv } },
  { tag: "loha", folder: { peft_type: "LOHA", r: 4, alpha: 8, ...qv } },
  { tag: "lokr", folder: { peft_type: "LOKR", r: 4, alpha: 8, ...qv } },
].map((one) => ({ model: "llama_tied", set: "peft", ...one }));

const decay = (value) => ["--weight-decay", value];
/** Trained from the golden's own LoRA adapter; only the losses are compared. */
const optimizers = [
  ["optimizers", "sgd", ["--optimizer", "sgd", "--lr", "0.1", ...decay("0")]],
  ["optimizers", "sgd_momentum", ["--optimizer", "sgd", "--momentum", "0.9", "--lr", "0.05", ...decay("0")]],
  ["optimizers", "adam", ["--optimizer", "adam", ...decay("0")]],
  ["optimizers", "rmsprop", ["--optimizer", "rmsprop", ...decay("0")]],
  ["optimizers", "adagrad", ["--optimizer", "adagrad", "--lr", "0.01", ...decay("0")]],
  // Of PyTorch 1.13, which had a factor too many in the product of the momenta; it was mended in 2.0.
  ["optimizers", "nadam", ["--optimizer", "nadam", ...decay("0")], 5e-3],
  ["optimizers", "adamw_amsgrad", ["--optimizer", "amsgrad"]],
  ["optimizers", "adafactor_hf", ["--optimizer", "adafactor", ...decay("0")]],
  ["extra", "muon", ["--optimizer", "muon", "--lr", "0.002", ...decay("0.1")], 1e-3],
  ["extra", "muon_f32_newton_schulz", ["--optimizer", "muon", "--lr", "0.002", ...decay("0.1")]],
  ["extra", "muon_match_rms_adamw", ["--optimizer", "muon", "--match-rms", "true", "--lr", "0.002", ...decay("0.1")], 1e-3],
  ["extra", "lion", ["--optimizer", "lion", "--lr", "0.0003", ...decay("0.1")]],
  ["extra", "adafactor_torch", ["--optimizer", "adafactor-torch", "--lr", "0.01", ...decay("0")]],
  ["extra", "adamax", ["--optimizer", "adamax", "--lr", "0.002", ...decay("0")]],
  ["extra", "radam", ["--optimizer", "radam", "--decoupled", "true", "--lr", "0.01"]],
  ["extra", "adadelta", ["--optimizer", "adadelta", "--lr", "1", ...decay("0")]],
].map(([set, tag, train, tolerance]) => ({
  model: "llama_tied",
  set: set === "extra" ? "extra-optimizers" : set,
  tag,
  folder: lora(),
  from: "lora",
  train,
  lossesOnly: true,
  ...(tolerance ? { tolerance } : {}),
}));

const smoothing = {
  model: "llama_tied",
  set: "extra-objective",
  tag: "label_smoothing",
  folder: lora(),
  from: "lora",
  train: ["--label-smoothing", "0.1"],
  lossesOnly: true,
  // What is measured after the last step is not smoothed.
  withoutFinal: true,
};

export const goldenCases = [...ofModel, ...biases, ...peft, ...optimizers, smoothing];
