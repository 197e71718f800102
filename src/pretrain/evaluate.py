"""The measure of the first minute in PyTorch, to choose text and recipe by while training; src/cli/first-minute.mjs is the one
that counts, since it measures in the page. Weights are held in 4 bits, answers are greedy.
usage: evaluate.py FOLDER [steps=120 lr=0.002 rank=16 alpha=32 batch=4 seed=42 targets=Mlp|Attention|q_proj|…] [samples=lunar-base,pirate] [show=20]"""
import glob, json, math, os, random, sys
import torch, torch.nn as nn, torch.nn.functional as F
from bpe import Tokenizer
from corpus import HELD_OUT, plain, render
from model import Linear, hold_as_int4, load

SAMPLES = os.environ.get("SAMPLES") or os.path.join(HELD_OUT, "..", "..", "..", "public", "samples")
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
RECIPE = {"steps": 120, "lr": 0.002, "rank": 16, "alpha": 32, "batch": 4, "seed": 42, "targets": "all-linear"}


def read(path):
    """Questions and answers, whatever the format."""
    for line in open(path, encoding="utf-8"):
        row = json.loads(line)
        if "messages" in row:
            yield row["messages"][-2]["content"], row["messages"][-1]["content"]
        else:
            yield row.get("question") or row["prompt"], row.get("answer") or row.get("completion")


class Lora(nn.Module):
    """A linear layer with an adapter beside it, begun as PEFT does."""

    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear, self.scale = linear, alpha / rank
        self.a = nn.Parameter(torch.empty(rank, linear.in_features)); self.b = nn.Parameter(torch.zeros(linear.out_features, rank))
        nn.init.kaiming_uniform_(self.a, a=math.sqrt(5))

    def forward(self, x):
        return self.linear(x) + F.linear(F.linear(x, self.a), self.b) * self.scale


def open_model(folder):
    model = load(folder).to(DEVICE)
    hold_as_int4(model)
    return model.requires_grad_(False)


def teach(model, tokenizer, pairs, recipe):
    """As a default run of the app: all examples, shuffled anew in every pass; only answers are learned."""
    torch.manual_seed(recipe["seed"])
    adapters = []
    for block in model.layers:
        for part in (block.self_attn, block.mlp):
            for name, linear in list(part.named_children()):
                if isinstance(linear, Linear) and recipe["targets"] in ("all-linear", *name.split("_"), name, type(part).__name__):
                    setattr(part, name, Lora(linear, recipe["rank"], recipe["alpha"]).to(DEVICE))
                    adapters += [getattr(part, name).a, getattr(part, name).b]
    rows = []
    for question, answer in pairs:
        before, whole = (tokenizer.encode(t) for t in (render([("user", question)], True), render([("user", question), ("assistant", answer)])))
        rows.append((whole[:-1], len(before)))
    optimizer = torch.optim.AdamW(adapters, lr=0, weight_decay=0)
    chance, order = random.Random(recipe["seed"]), []
    for step in range(recipe["steps"]):
        while len(order) < recipe["batch"]:
            order += chance.sample(range(len(rows)), len(rows))
        batch, order = [rows[i] for i in order[:recipe["batch"]]], order[recipe["batch"]:]
        length = max(len(ids) for ids, _ in batch)
        ids = torch.tensor([ids + [0] * (length - len(ids)) for ids, _ in batch], device=DEVICE)
        labels = torch.tensor([[-100] * start + ids[start:] + [-100] * (length - len(ids)) for ids, start in batch], device=DEVICE)
        rate = recipe["lr"] * (min(1, (step + 1) / 5) if step < 5 else 0.5 * (1 + math.cos(math.pi * (step - 5) / (recipe["steps"] - 5))))
        for group in optimizer.param_groups:
            group["lr"] = rate
        loss = F.cross_entropy(model(ids)[:, :-1].flatten(0, 1), labels[:, 1:].flatten(), ignore_index=-100)
        optimizer.zero_grad(); loss.backward()
        nn.utils.clip_grad_norm_(adapters, 1.0); optimizer.step()
    return loss.item()


@torch.no_grad()
def answers(model, tokenizer, questions, limit=80):
    end = tokenizer.vocab["<|im_end|>"]
    rows = [tokenizer.encode(render([("user", q)], True)) for q in questions]
    starts, open_rows = [len(r) for r in rows], list(range(len(rows)))
    while open_rows:
        length = max(len(rows[i]) for i in open_rows)
        logits = model(torch.tensor([rows[i] + [0] * (length - len(rows[i])) for i in open_rows], device=DEVICE))
        chosen = logits[range(len(open_rows)), [len(rows[i]) - 1 for i in open_rows]].argmax(-1).tolist()
        for token, i in zip(chosen, list(open_rows)):
            rows[i].append(token)
            if rows[i][-1] == end or len(rows[i]) - starts[i] >= limit:
                open_rows.remove(i)
    return [tokenizer.decode(row[start:]) for row, start in zip(rows, starts)]


def words_known():
    """Every word that the generator's sources write, in any form."""
    text = " ".join(open(path, encoding="utf-8").read() for path in glob.glob(os.path.join(os.path.dirname(os.path.abspath(__file__)), "*.py")) if not path.endswith("names.py"))
    return set(split(text))


def split(text):
    return "".join(c.lower() if c.isalpha() else " " for c in text).split()


def whole(answer, question, known):
    return answer and all(w in known or w in split(question) for w in split(answer)) and len(answer) < 400


def report(name, rows, show):
    """rows: question, answer given, answer expected, whether it is right."""
    right = sum(r[3] for r in rows)
    print(f"{name:28} {right:3} of {len(rows):3} {right / len(rows):7.1%}", flush=True)
    for question, given, expected, good in [r for r in rows if not r[3]][:show]:
        print(f"    {question[-70:]!r}: {given!r}" + (f", not {expected!r}" if expected else ""))


def contains(model, tokenizer, name):
    pairs = list(read(f"{HELD_OUT}/{name}.jsonl"))
    return [(q, given, a, plain(a) in plain(given)) for (q, a), given in zip(pairs, answers(model, tokenizer, [q for q, _ in pairs]))]


def exact(model, tokenizer, path):
    pairs = list(read(path))
    return [(q, given, a, given == a) for (q, a), given in zip(pairs, answers(model, tokenizer, [q for q, _ in pairs]))]


def main(folder, given):
    show = int(given.pop("show", 20))
    samples = given.pop("samples", "lunar-base,pirate,lumi-fr,pip").split(",")
    recipe = {**RECIPE, **{k: type(RECIPE[k])(v) for k, v in given.items()}}
    tokenizer, model, known = Tokenizer.load(f"{folder}/tokenizer.json"), open_model(folder), words_known()
    questions = [q for q, _ in read(f"{HELD_OUT}/small-talk.jsonl")]
    talk = [(q, a, None, whole(a, q, known)) for q, a in zip(questions, answers(model, tokenizer, questions))]
    report("small talk, whole words", talk, show)
    if show > 20:
        for q, a, *_ in talk:
            print("   ", repr(q), "->", repr(a))
    for name in ("reading", "common"):
        report(name, contains(model, tokenizer, name), show)
    for sample in filter(None, samples):
        model = open_model(folder)
        loss = teach(model, tokenizer, list(read(f"{SAMPLES}/{sample}.jsonl")), recipe)
        print(f"{sample}: loss {loss:.4f} with {recipe}")
        report("  taught", exact(model, tokenizer, f"{SAMPLES}/{sample}.jsonl"), show)
        report("  re-worded", exact(model, tokenizer, f"{HELD_OUT}/{sample}.jsonl") + exact(model, tokenizer, f"{SAMPLES}/{sample}.validation.jsonl"), show)
        report("  untaught, common", contains(model, tokenizer, "common"), show)


if __name__ == "__main__":
    main(sys.argv[1], dict(part.split("=") for part in sys.argv[2:]))
