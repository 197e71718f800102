"""Trains the bundled model on chats of corpus.py. usage: train.py FOLDER STEPS [any-letters]
From nothing; with any-letters it goes on from what the folder holds, at a lower learning rate, with strange words to copy and
with merges that are skipped at random in a third of the chats, so that every token of the vocabulary is met.
A step is 4,096 tokens. Rows of 256 tokens (512 in the last tenth, so that every position is seen) are filled with whole
chats; answers weigh 1, the rest 0.1. AdamW, warmup, then cosine to the last step. The folder gets the model every 200 steps."""
import math, os, random, sys, time
import numpy as np
import torch, torch.nn.functional as F
from bpe import Tokenizer, train as train_bpe
from corpus import Corpus, render
from model import CONFIG, Llama, export, load


def make_tokenizer(folder):
    path = f"{folder}/tokenizer.json"
    if os.path.exists(path):
        return Tokenizer.load(path)
    corpus = Corpus(7)
    tokenizer = Tokenizer(train_bpe((text for _ in range(25_000) for _, text in corpus.chat()), CONFIG["vocab_size"]))
    tokenizer.save(folder, CONFIG["max_position_embeddings"])
    return tokenizer


def rows(corpus, tokenizer, length, dropout):
    """Rows of ids and of loss weights; chats follow each other without a gap."""
    ids, weights, chance = [], [], random.Random(length)
    while True:
        chat = corpus.chat()
        skipped = dropout if dropout > 0 and chance.random() < 0.33 else 0.0
        for role, content in chat:
            start = tokenizer.encode(f"<|im_start|>{role}\n")
            rest = tokenizer.encode(f"{content}<|im_end|>", skipped, chance)
            ids += start + rest + tokenizer.encode("\n")
            weights += [0.1] * len(start) + [1.0 if role == "assistant" else 0.1] * len(rest) + [0.1]
        ids.append(0); weights.append(0.1)
        while len(ids) > length:
            yield ids[:length + 1], weights[1:length + 1]
            ids, weights = ids[length:], weights[length:]


def main(folder, steps, any_letters):
    torch.manual_seed(0); torch.set_num_threads(2)
    tokenizer = make_tokenizer(folder)
    model = load(folder) if any_letters else Llama(CONFIG)
    peak, dropout, seed = (1e-3, 0.3, 31) if any_letters else (3e-3, 0.0, 11)
    print("parameters", sum(p.numel() for p in model.parameters()), "vocabulary", len(tokenizer.vocab), flush=True)
    decay = [p for p in model.parameters() if p.dim() == 2]
    plain = [p for p in model.parameters() if p.dim() == 1]
    optimizer = torch.optim.AdamW([{"params": decay, "weight_decay": 0.1}, {"params": plain, "weight_decay": 0.0}], lr=0, betas=(0.9, 0.98))
    streams = {length: rows(Corpus(seed + more, any_letters=any_letters), tokenizer, length, dropout) for more, length in enumerate([256, 512])}
    start, tokens, mean = time.time(), 0, None
    for step in range(1, steps + 1):
        done = (step - 1) / steps
        length, count = (512, 8) if done >= 0.9 else (256, 16)
        batch = [next(streams[length]) for _ in range(count)]
        ids = torch.tensor([b[0] for b in batch]); weight = torch.tensor([b[1] for b in batch])
        lr = peak * min(1, step / 100) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done)))
        for group in optimizer.param_groups:
            group["lr"] = lr
        logits = model(ids[:, :-1])
        each = F.cross_entropy(logits.reshape(-1, logits.shape[-1]), ids[:, 1:].reshape(-1), reduction="none").view_as(weight)
        loss = (each * weight).sum() / weight.sum()
        optimizer.zero_grad(set_to_none=True); loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0); optimizer.step()
        answers = float((each * (weight == 1)).sum() / (weight == 1).sum())
        mean = answers if mean is None else 0.95 * mean + 0.05 * answers
        tokens += ids[:, 1:].numel()
        if step % 20 == 0:
            print(f"step {step} tokens {tokens} answer loss {mean:.4f} lr {lr:.5f} minutes {(time.time() - start) / 60:.1f}", flush=True)
        if step % 200 == 0 or step == steps:
            export(model, tokenizer, folder)
    print("done", steps, "steps", tokens, "tokens", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3:] == ["any-letters"])
