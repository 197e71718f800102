"""A Llama in PyTorch, only as large as this project's own model needs, and its export in the Hugging Face layout."""
import json, math, struct
import numpy as np
import torch, torch.nn as nn, torch.nn.functional as F

CONFIG = {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_act": "silu", "vocab_size": 4096, "hidden_size": 256, "num_hidden_layers": 7, "num_attention_heads": 8,
          "num_key_value_heads": 4, "head_dim": 32, "intermediate_size": 704, "max_position_embeddings": 512, "rms_norm_eps": 1e-5, "rope_theta": 10000.0, "rope_scaling": None,
          "attention_bias": False, "mlp_bias": False, "tie_word_embeddings": True, "bos_token_id": None, "eos_token_id": 2, "pad_token_id": 0, "torch_dtype": "float16", "use_cache": True}


class Norm(nn.Module):
    def __init__(self, size, eps):
        super().__init__()
        self.weight, self.eps = nn.Parameter(torch.ones(size)), eps

    def forward(self, x):
        return F.rms_norm(x, x.shape[-1:], self.weight.to(x.dtype), self.eps)


class Linear(nn.Linear):
    """Computes with what the app will hold where `error` is set: the difference between the weights in 4 bits and as they are."""

    def __init__(self, inputs, outputs):
        super().__init__(inputs, outputs, bias=False)
        self.error = None

    def forward(self, x):
        return F.linear(x, self.weight if self.error is None else self.weight + self.error)


@torch.no_grad()
def hold_as_int4(model, block=32):
    """4 bits with a scale per block of 32, the value of largest magnitude at -8. The gradient passes through to the weights."""
    linears = [m for m in model.modules() if isinstance(m, Linear)]
    w = torch.cat([m.weight.view(-1, block) for m in linears])
    low, high = w.amin(1, keepdim=True), w.amax(1, keepdim=True)
    scale = torch.where(high.abs() > low.abs(), high, low) / -8
    scale = torch.where(scale == 0, torch.ones_like(scale), scale)
    error = ((w / scale + 8.5).floor().clamp(0, 15) - 8) * scale - w
    for m, part in zip(linears, error.split([m.weight.numel() // block for m in linears])):
        m.error = part.view_as(m.weight)


def rotate(x, cos, sin):
    a, b = x.chunk(2, -1)
    return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)


class Attention(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.h, self.kv, self.d = c["num_attention_heads"], c["num_key_value_heads"], c["head_dim"]
        self.q_proj, self.k_proj = Linear(c["hidden_size"], self.h * self.d), Linear(c["hidden_size"], self.kv * self.d)
        self.v_proj, self.o_proj = Linear(c["hidden_size"], self.kv * self.d), Linear(self.h * self.d, c["hidden_size"])

    def forward(self, x, cos, sin):
        b, t, _ = x.shape
        split = lambda y, n: y.view(b, t, n, self.d).transpose(1, 2)
        q, k = rotate(split(torch.cat([self.q_proj(x), self.k_proj(x)], -1), self.h + self.kv), cos, sin).split([self.h, self.kv], 1)
        o = F.scaled_dot_product_attention(q, k, split(self.v_proj(x), self.kv), is_causal=True, enable_gqa=True)
        return self.o_proj(o.transpose(1, 2).reshape(b, t, -1))


class Mlp(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.gate_proj, self.up_proj = (Linear(c["hidden_size"], c["intermediate_size"]) for _ in range(2))
        self.down_proj = Linear(c["intermediate_size"], c["hidden_size"])

    def forward(self, x):
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Block(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.input_layernorm, self.post_attention_layernorm = (Norm(c["hidden_size"], c["rms_norm_eps"]) for _ in range(2))
        self.self_attn, self.mlp = Attention(c), Mlp(c)

    def forward(self, x, *rest):
        x = x + self.self_attn(self.input_layernorm(x), *rest)
        return x + self.mlp(self.post_attention_layernorm(x))


class Llama(nn.Module):
    """Parameter names below "model." are those of Hugging Face's LlamaForCausalLM."""

    def __init__(self, c):
        super().__init__()
        self.embed_tokens = nn.Embedding(c["vocab_size"], c["hidden_size"])
        self.layers = nn.ModuleList(Block(c) for _ in range(c["num_hidden_layers"]))
        self.norm = Norm(c["hidden_size"], c["rms_norm_eps"])
        n = c["max_position_embeddings"]
        angle = torch.arange(n)[:, None] * c["rope_theta"] ** (-torch.arange(0, c["head_dim"], 2) / c["head_dim"])[None]
        self.register_buffer("cos", angle.cos(), persistent=False)
        self.register_buffer("sin", angle.sin(), persistent=False)
        for name, p in self.named_parameters():
            if p.dim() == 2:
                nn.init.normal_(p, std=0.02 / math.sqrt(2 * c["num_hidden_layers"]) if name.endswith(("o_proj.weight", "down_proj.weight")) else 0.04)

    def forward(self, ids):
        t = ids.shape[1]
        x = self.embed_tokens(ids)
        kind = torch.get_autocast_dtype(x.device.type) if torch.is_autocast_enabled(x.device.type) else x.dtype
        x, cos, sin = x.to(kind), self.cos[:t].to(kind), self.sin[:t].to(kind)
        for layer in self.layers:
            x = layer(x, cos, sin)
        return F.linear(self.norm(x), self.embed_tokens.weight)


def export(model, tokenizer, folder):
    """config.json, generation_config.json, model.safetensors (float16) and the tokenizer's files."""
    header, body, offset = {"__metadata__": {"format": "pt"}}, [], 0
    for name, p in model.named_parameters():
        data = p.detach().float().cpu().numpy().astype(np.float16).tobytes()
        header["model." + name] = {"dtype": "F16", "shape": list(p.shape), "data_offsets": [offset, offset + len(data)]}
        body.append(data)
        offset += len(data)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(f"{folder}/model.safetensors", "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + b"".join(body))
    json.dump(CONFIG, open(f"{folder}/config.json", "w"), indent=1)
    json.dump({"eos_token_id": 2, "pad_token_id": 0, "do_sample": False}, open(f"{folder}/generation_config.json", "w"), indent=1)
    tokenizer.save(folder, CONFIG["max_position_embeddings"])


def load(folder):
    """The shipped files, and nothing else, as a float32 model."""
    model = Llama(json.load(open(f"{folder}/config.json")))
    raw = open(f"{folder}/model.safetensors", "rb").read()
    size = struct.unpack("<Q", raw[:8])[0]
    header = json.loads(raw[8:8 + size])
    for name, p in model.named_parameters():
        a, b = header["model." + name]["data_offsets"]
        p.data = torch.from_numpy(np.frombuffer(raw[8 + size + a:8 + size + b], np.float16).astype(np.float32).reshape(p.shape).copy())
    return model
