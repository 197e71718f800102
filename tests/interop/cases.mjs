// Which adapters are carried to PEFT and back: a line each. Bases are the reference models of the tests, "gguf" is the file that the
// command names.

/** LoRA and its kin at a rank that every base has room for. */
const small = ["--rank", "4", "--alpha", "8"];

const patterns = [
  ["--rank-pattern", "q_proj=2, layers.1.mlp.down_proj=6"],
  ["--alpha-pattern", "v_proj=32, layers.1.mlp.down_proj=3"],
].flat();

const onLlama = [
  ["lora", ["--method", "lora", ...small]],
  ["lora-save-head", ["--method", "lora", ...small, "--targets", "q_proj,v_proj", "--save", "lm_head"]],
  ["lora-save-table", ["--method", "lora", ...small, "--targets", "q_proj,v_proj", "--save", "embed_tokens"]],
  ["lora-save-tied", ["--method", "lora", ...small, "--targets", "q_proj,v_proj", "--save", "embed_tokens", "--tie-saved", "true"]],
  ["lora-save-norms", ["--method", "lora", ...small, "--targets", "q_proj", "--save", "norm"]],
  ["lora-token-ids", ["--method", "lora", ...small, "--token-ids", "15, 132, 164, 3"]],
  ["lora-patterns", ["--method", "lora", ...small, ...patterns]],
  ["lora-layers", ["--method", "lora", ...small, "--layers", "last:1"]],
  ["lora-regex", ["--method", "lora", ...small, "--targets", "/.*\\.layers\\.1\\.(self_attn\\.(q|o)_proj|mlp\\.up_proj)/"]],
  ["lora-exclude", ["--method", "lora", ...small, "--exclude", "o_proj,layers.0.mlp.gate_proj", "--dropout", "0.1"]],
  ["rslora", ["--method", "rslora", ...small, "--rank-pattern", "o_proj=2"]],
  ["dora", ["--method", "dora", ...small]],
  ["dora-save", ["--method", "dora", ...small, "--layers", "0:0", "--save", "norm", "--token-ids", "4, 5"]],
  ["pissa", ["--method", "pissa", ...small]],
  ["pissa-patterns", ["--method", "pissa", ...small, "--rank-pattern", "q_proj=2", "--alpha-pattern", "v_proj=3"]],
  ["vera", ["--method", "vera", "--rank", "8"]],
  ["loha", ["--method", "loha", ...small]],
  ["loha-layers", ["--method", "loha", "--rank", "9", "--layers", "1:1"]],
  ["lokr", ["--method", "lokr", ...small]],
  ["lokr-factor", ["--method", "lokr", "--rank", "2", "--factor", "4", "--targets", "k_proj,gate_proj,down_proj"]],
  ["oft", ["--method", "oft", "--block-size", "16"]],
  ["oft-series", ["--method", "oft", "--block-size", "8", "--neumann-terms", "5", "--layers", "last:1"]],
  ["boft", ["--method", "boft", "--block-size", "4"]],
  ["ia3", ["--method", "ia3"]],
  ["ia3-layers", ["--method", "ia3", "--layers", "0:0"]],
  ["prompt", ["--method", "prompt", "--virtual-tokens", "5"]],
  ["prefix", ["--method", "prefix", "--virtual-tokens", "5"]],
  ["norms", ["--method", "norms"]],
  ["norms-layers", ["--method", "norms", "--layers", "1:1"]],
  ["last-k", ["--method", "last-k", "--last-layers", "1"]],
  ["embedding", ["--method", "embedding"]],
  ["tokens", ["--method", "tokens", "--token-ids", "15, 132, 164, 3"]],
];

/** Of every family what its layers make different: fused, biased or transposed ones, other norms, windows, scales. */
const byFamily = {
  llama_untied: ["embedding", "tokens", "lora-save-head", "last-k"],
  llama_bias: ["bitfit", "bitfit-layers", "dora", "last-k", "oft"],
  qwen2: ["lora", "bitfit", "pissa", "embedding", "prefix"],
  qwen3: ["lora", "norms", "prefix", "last-k"],
  mistral: ["dora", "prompt", "prefix"],
  gemma: ["lora", "prompt", "prefix", "embedding", "tokens", "norms"],
  gemma2: ["norms", "prompt", "ia3", "last-k"],
  gemma3_text: ["norms", "prompt", "prefix", "tokens", "embedding"],
  gpt2: ["lora-any", "dora-any", "vera-any", "ia3", "prompt", "prefix", "bitfit", "norms", "last-k", "tokens"],
  gpt_neox: ["lora-any", "dora-any", "ia3", "bitfit", "norms", "prefix", "loha-any", "tokens"],
  phi: ["lora-any", "bitfit", "prompt", "last-k", "embedding", "lokr-any"],
  phi3: ["lora-any", "dora-any", "boft-any", "ia3", "norms", "embedding"],
  smollm3: ["lora", "prefix", "last-k"],
  olmo2: ["dora", "norms", "prefix", "last-k"],
};

const ofFamilies = {
  ...Object.fromEntries(onLlama),
  bitfit: ["--method", "bitfit"],
  "bitfit-layers": ["--method", "bitfit", "--layers", "0:0"],
  "lora-any": ["--method", "lora", ...small],
  "dora-any": ["--method", "dora", ...small],
  "vera-any": ["--method", "vera", "--rank", "6"],
  "loha-any": ["--method", "loha", ...small],
  "lokr-any": ["--method", "lokr", "--rank", "4", "--alpha", "8"],
  "boft-any": ["--method", "boft", "--block-size", "4"],
};

/** On the published model, where one is named: what is largest, and what is quantized the other way than small ones. */
const onPublished = ["lora", "dora", "ia3", "vera", "prefix", "norms", "tokens"];

/** What is trained here and opened by PEFT: `train` are options of the command. */
export const outward = (gguf) => [
  ...onLlama.map(([name, train]) => ({ name, base: "llama_tied", train })),
  ...Object.entries(byFamily).flatMap(([base, names]) => names.map((name) => ({ name: `${base}/${name}`, base, train: ofFamilies[name] }))),
  ...(gguf === undefined ? [] : onPublished.map((name) => ({ name: `gguf/${name}`, base: gguf, train: ofFamilies[name] }))),
];

const qv = { target_modules: ["q_proj", "v_proj"] };
const all = { target_modules: "all-linear" };
/** PEFT's own word for a target that is none. */
const nothing = { target_modules: "dummy-target-modules" };

/** What PEFT writes and is opened here: the class of the configuration and its arguments. */
export const inward = [
  ["lora", "llama_tied", "LoraConfig", { r: 4, lora_alpha: 8, ...all }],
  [
    "lora-patterns",
    "llama_tied",
    "LoraConfig",
    { r: 4, rank_pattern: { q_proj: 2 }, alpha_pattern: { "^model.layers.0.mlp.up_proj": 3 }, ...all },
  ],
  ["lora-layers", "llama_tied", "LoraConfig", { r: 4, layers_to_transform: [1], ...qv }],
  ["lora-exclude", "llama_tied", "LoraConfig", { r: 4, exclude_modules: ["o_proj"], ...all }],
  ["lora-save", "llama_tied", "LoraConfig", { r: 4, modules_to_save: ["lm_head", "norm"], ...qv }],
  ["lora-save-tied", "llama_tied", "LoraConfig", { r: 4, modules_to_save: ["embed_tokens"], ensure_weight_tying: true, ...qv }],
  ["lora-tokens", "llama_tied", "LoraConfig", { r: 4, trainable_token_indices: [15, 132, 3], ...qv }],
  ["lora-tokens-tied", "llama_tied", "LoraConfig", { r: 4, trainable_token_indices: [15, 3], ensure_weight_tying: true, ...qv }],
  ["lora-save-norm-tied", "llama_tied", "LoraConfig", { r: 4, modules_to_save: ["norm"], ensure_weight_tying: true, ...qv }],
  ["lora-save-untied", "llama_untied", "LoraConfig", { r: 4, modules_to_save: ["embed_tokens"], ensure_weight_tying: true, ...qv }],
  [
    "embedding-untied",
    "llama_untied",
    "LoraConfig",
    { modules_to_save: ["embed_tokens", "lm_head"], ensure_weight_tying: true, ...nothing },
  ],
  ["rslora", "llama_tied", "LoraConfig", { r: 4, use_rslora: true, ...all }],
  ["dora", "llama_tied", "LoraConfig", { r: 4, use_dora: true, ...all }],
  ["pissa", "llama_tied", "LoraConfig", { r: 4, init_lora_weights: "pissa", ...qv }, "adapter/unsupported"],
  ["vera", "llama_tied", "VeraConfig", { r: 4, ...qv }],
  [
    "vera-seed",
    "llama_tied",
    "VeraConfig",
    { r: 4, save_projection: false, projection_prng_key: 5, target_modules: ["q_proj", "down_proj"] },
  ],
  ["loha", "llama_tied", "LoHaConfig", { r: 4, alpha: 8, ...qv }],
  ["lokr", "llama_tied", "LoKrConfig", { r: 4, alpha: 8, ...qv }],
  ["lokr-factor", "llama_tied", "LoKrConfig", { r: 2, alpha: 3, decompose_factor: 4, target_modules: ["k_proj", "down_proj"] }],
  [
    "lokr-both",
    "llama_tied",
    "LoKrConfig",
    { r: 2, alpha: 3, decompose_both: true, target_modules: ["k_proj", "down_proj"] },
    "adapter/unsupported",
  ],
  ["oft", "llama_tied", "OFTConfig", { oft_block_size: 8, r: 0, ...qv }],
  ["oft-exact", "llama_tied", "OFTConfig", { oft_block_size: 8, r: 0, use_cayley_neumann: false, ...qv }],
  ["boft", "llama_tied", "BOFTConfig", { boft_block_size: 4, ...qv }],
  ["ia3", "llama_tied", "IA3Config", {}],
  ["prompt", "llama_tied", "PromptTuningConfig", { num_virtual_tokens: 4 }],
  ["prefix", "llama_tied", "PrefixTuningConfig", { num_virtual_tokens: 4 }],
  ["prefix-projected", "llama_tied", "PrefixTuningConfig", { num_virtual_tokens: 4, prefix_projection: true, encoder_hidden_size: 16 }],
  ["tokens", "llama_tied", "TrainableTokensConfig", { token_indices: [1, 9, 200] }],
  ["norms", "llama_tied", "LoraConfig", { modules_to_save: ["input_layernorm", "post_attention_layernorm", "norm"], ...nothing }],
  ["embedding", "llama_tied", "LoraConfig", { modules_to_save: ["embed_tokens"], ensure_weight_tying: true, ...nothing }],
  ["qwen2/bitfit", "qwen2", "LoraConfig", { bias: "all", ...nothing }],
  ["qwen2/dora", "qwen2", "LoraConfig", { r: 4, use_dora: true, ...all }],
  ["qwen2/prefix", "qwen2", "PrefixTuningConfig", { num_virtual_tokens: 4 }],
  ["gemma/lora", "gemma", "LoraConfig", { r: 4, ...all }],
  ["gemma/prompt", "gemma", "PromptTuningConfig", { num_virtual_tokens: 4 }],
  ["gemma2/ia3", "gemma2", "IA3Config", {}],
  ["gemma3_text/prefix", "gemma3_text", "PrefixTuningConfig", { num_virtual_tokens: 4 }],
  ["gpt2/lora", "gpt2", "LoraConfig", { r: 4, fan_in_fan_out: true, ...all }],
  ["gpt2/dora", "gpt2", "LoraConfig", { r: 4, use_dora: true, fan_in_fan_out: true, target_modules: ["c_attn", "c_fc"] }],
  ["gpt2/ia3", "gpt2", "IA3Config", {}],
  ["gpt2/bitfit", "gpt2", "LoraConfig", { bias: "all", ...nothing }],
  ["gpt_neox/lora", "gpt_neox", "LoraConfig", { r: 4, ...all }],
  ["gpt_neox/ia3", "gpt_neox", "IA3Config", {}],
  ["phi/lokr", "phi", "LoKrConfig", { r: 4, alpha: 8, target_modules: ["q_proj", "fc1"] }],
  ["phi3/vera", "phi3", "VeraConfig", { r: 4, target_modules: ["o_proj", "down_proj"] }],
  ["olmo2/oft", "olmo2", "OFTConfig", { oft_block_size: 8, r: 0, target_modules: ["q_proj", "up_proj"] }],
].map(([name, base, type, args, refused]) => ({ name, base, make: { type, args }, refused }));
