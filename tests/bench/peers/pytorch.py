# PyTorch, on the processor or on CUDA: a training step of the same shape, written out, so that nothing but PyTorch is needed. Weights are
# float32 and frozen; LoRA of rank 8 stands on the seven linear layers; AdamW, with the norm of the gradient clipped, moves the adapter.
import json
import sys
import time

import torch
from torch.nn import functional as F
from torch.utils.checkpoint import checkpoint

RANK = 8


class Linear(torch.nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.randn(outputs, inputs) * 0.02, requires_grad=False)
        self.a = torch.nn.Parameter(torch.randn(RANK, inputs) * 0.02)
        self.b = torch.nn.Parameter(torch.zeros(outputs, RANK))

    def forward(self, x):
        return F.linear(x, self.weight) + F.linear(F.linear(x, self.a), self.b) * 2.0


def norm(x):
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-5)


def turn(x, cos, sin):
    half = x.shape[-1] // 2
    return x * cos + torch.cat((-x[..., half:], x[..., :half]), -1) * sin


class Block(torch.nn.Module):
    def __init__(self, shape):
        super().__init__()
        hidden, mlp = shape["hidden"], shape["mlp"]
        self.heads, self.kv_heads = shape["heads"], shape["kvHeads"]
        self.width = hidden // self.heads
        self.q, self.o = Linear(hidden, hidden), Linear(hidden, hidden)
        self.k, self.v = (Linear(hidden, self.width * self.kv_heads) for _ in range(2))
        self.gate, self.up, self.down = Linear(hidden, mlp), Linear(hidden, mlp), Linear(mlp, hidden)

    def forward(self, x, cos, sin):
        h = norm(x)
        q, k, v = (
            layer(h).unflatten(-1, (count, self.width)).transpose(1, 2)
            for layer, count in ((self.q, self.heads), (self.k, self.kv_heads), (self.v, self.kv_heads))
        )
        group = self.heads // self.kv_heads
        k, v = (t.repeat_interleave(group, 1) for t in (turn(k, cos, sin), v))
        mixed = F.scaled_dot_product_attention(turn(q, cos, sin), k, v, is_causal=True)
        x = x + self.o(mixed.transpose(1, 2).flatten(2))
        h = norm(x)
        return x + self.down(F.silu(self.gate(h)) * self.up(h))


class Step:
    def __init__(self, shape, checkpointed, device):
        torch.manual_seed(1)
        rows, tokens = shape["batch"]["rows"], shape["batch"]["tokens"]
        self.checkpointed, self.device = checkpointed, device
        self.table = (torch.randn(shape["vocabulary"], shape["hidden"]) * 0.02).to(device)
        self.blocks = torch.nn.ModuleList(Block(shape) for _ in range(shape["layers"])).to(device)
        self.ids = torch.randint(0, shape["vocabulary"], (rows, tokens), device=device)
        width = shape["hidden"] // shape["heads"]
        rates = shape["ropeTheta"] ** (-torch.arange(0, width, 2) / width)
        angles = torch.outer(torch.arange(tokens), rates).repeat(1, 2).to(device)
        self.cos, self.sin = angles.cos(), angles.sin()
        self.trained = [p for p in self.blocks.parameters() if p.requires_grad]
        self.optimizer = torch.optim.AdamW(self.trained, 1e-4)

    def run(self):
        # Checkpointing needs an input that has a gradient.
        x = self.table[self.ids].requires_grad_(self.checkpointed)
        for block in self.blocks:
            x = checkpoint(block, x, self.cos, self.sin, use_reentrant=False) if self.checkpointed else block(x, self.cos, self.sin)
        logits = F.linear(norm(x)[:, :-1], self.table)
        F.cross_entropy(logits.flatten(0, 1), self.ids[:, 1:].flatten()).backward()
        torch.nn.utils.clip_grad_norm_(self.trained, 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad()
        if self.device == "cuda":
            torch.cuda.synchronize()


def opened(asked):
    checkpointed = asked["settings"].get("checkpointed", False)
    device = "cuda" if asked["provider"] == "webgpu" and torch.cuda.is_available() else "cpu"
    where = torch.cuda.get_device_name() if device == "cuda" else f"{torch.get_num_threads()} threads"
    batch = asked["shape"]["batch"]
    how = "blocks checkpointed" if checkpointed else "nothing computed twice"
    said = f"LoRA on float32 weights of its own, {batch['rows']}×{batch['tokens']}, {how}; native, {where}"
    return Step(asked["shape"], checkpointed, device), {"version": torch.__version__, "compared": said}


def turns(step, least_ms):
    spent, units = 0.0, 0
    while units == 0 or spent < least_ms:
        since = time.perf_counter()
        step.run()
        spent += (time.perf_counter() - since) * 1000
        units += 1
    return {"ms": spent, "units": units}


def main():
    step = None
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            if asked["call"] == "open":
                step, value = opened(asked["given"])
            elif asked["call"] == "turn":
                value = turns(step, asked["given"])
            else:
                value = {}
            answer = {"value": value}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


main()
