"""Trains the bundled model on chats of corpus.py, on a GPU where there is one. usage: train.py FOLDER [options], see --help.
Every step has rows of its own, made by worker processes from the step's own seed: whole chats packed into rows of 256 tokens,
in every fourth step of 512. Answers weigh 1, the rest 0.1. AdamW, warmup, then cosine to the last step; the last part, or all of it where
--weights are given, computes with weights in 4 bits, as the app will hold them. FOLDER gets the model now and then; CHECKPOINTS what is needed to go on."""
import argparse, math, multiprocessing, os, random, threading, time
import numpy as np

QUANTIZED_FROM = 0.6
WARMUP = 100


def make_tokenizer(folder, size, context):
    from bpe import Tokenizer, train as train_bpe
    from corpus import Corpus
    path = f"{folder}/tokenizer.json"
    if not os.path.exists(path):
        corpus = Corpus(7)
        Tokenizer(train_bpe((text for _ in range(60_000) for _, text in corpus.chat()), size)).save(folder, context)
    return Tokenizer.load(path)


def encode(chat, tokenizer, dropout, chance):
    """Ids and loss weights of one chat: 2 is full, 1 a tenth, 0 none. Merges are skipped in some chats, so that every token is met."""
    ids, weights = [], []
    skipped = dropout if chance.random() < 0.15 else 0.0
    for role, content in chat:
        start = tokenizer.encode(f"<|im_start|>{'assistant' if role == 'told' else role}\n")
        rest = tokenizer.encode(f"{content}<|im_end|>", skipped, chance)
        ids += start + rest + tokenizer.encode("\n")
        weights += [1] * len(start) + [{"assistant": 2, "told": 0}.get(role, 1)] * len(rest) + [1]
    return ids + [0], weights + [1]


def start_worker(folder):
    global TOKENIZER
    from bpe import Tokenizer
    TOKENIZER = Tokenizer.load(f"{folder}/tokenizer.json")


def make_rows(job):
    """The rows of one step: ids [rows, length + 1] and weights [rows, length + 1]."""
    from corpus import Corpus
    seed, rows, length = job
    corpus, chance = Corpus(seed), random.Random(seed)
    ids, weights = np.zeros((rows, length + 1), np.uint16), np.zeros((rows, length + 1), np.uint8)
    row = at = 0
    while row < rows:
        some, weight = encode(corpus.chat(), TOKENIZER, 0.3, chance)
        if len(some) > length:
            continue
        if at + len(some) > length + 1:
            row, at = row + 1, 0
            if row == rows:
                break
        ids[row, at:at + len(some)], weights[row, at:at + len(some)] = some, weight
        at += len(some)
    return ids, weights


def stream(args, first):
    """Rows of step after step, made ahead by the workers."""
    ahead = threading.Semaphore(4 * args.workers)

    def jobs():
        for step in range(first, 10_000_000):
            ahead.acquire()
            length = 512 if step % 4 == 3 else 256
            yield args.seed * 10_000_000 + step, args.tokens // length, length

    pool = multiprocessing.get_context("fork").Pool(args.workers, start_worker, (args.folder,))
    for made in pool.imap(make_rows, jobs()):
        ahead.release()
        yield made


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--minutes", type=float, help="Ends by the clock instead, which also sets the learning rate.")
    parser.add_argument("--tokens", type=int, default=65_536, help="Tokens of a step.")
    parser.add_argument("--lr", type=float, default=3e-3)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--checkpoints", help="Folder to save to and to go on from.")
    parser.add_argument("--weights", help="A model folder to begin with instead of random weights.")
    parser.add_argument("--keep", type=float, default=0, help="Share of --weights in the model at the end: less is learned, and less forgotten.")
    parser.add_argument("--bf16", action="store_true", help="Computes in bfloat16 on a CPU, too: faster on one that has instructions for it.")
    parser.add_argument("--every", type=float, default=60, help="Seconds between exports.")
    return parser.parse_args()


def main():
    args = options()
    os.makedirs(args.folder, exist_ok=True)
    begun = time.time()
    make_tokenizer(args.folder, 4096, 512)
    saved = f"{args.checkpoints}/checkpoint.pt" if args.checkpoints else None
    rows = None
    if not (saved and os.path.exists(saved)):
        rows = stream(args, 0)
        ready = next(rows)  # Processes are forked before PyTorch is loaded, and begin while it loads.
    import torch
    from bpe import Tokenizer
    from model import CONFIG, Llama, export, hold_as_int4, load
    tokenizer = Tokenizer.load(f"{args.folder}/tokenizer.json")
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(args.seed)
    torch.backends.cuda.matmul.allow_tf32 = True
    model = (load(args.weights) if args.weights else Llama(CONFIG)).to(device)
    decay, plain = ([p for p in model.parameters() if (p.dim() == 2) == wanted] for wanted in (True, False))
    optimizer = torch.optim.AdamW([{"params": decay, "weight_decay": 0.1}, {"params": plain, "weight_decay": 0.0}], lr=0, betas=(0.9, 0.98), fused=True)
    step = 0
    if rows is None:
        kept = torch.load(saved, map_location=device)
        model.load_state_dict(kept["model"]); optimizer.load_state_dict(kept["optimizer"])
        step, rows = kept["step"], stream(args, kept["step"])
        ready = next(rows)
    print(device, "parameters", sum(p.numel() for p in model.parameters()), "ready after", round(time.time() - begun), "s", flush=True)

    def save(step):
        export(model, tokenizer, args.folder)
        if saved:
            os.makedirs(args.checkpoints, exist_ok=True)
            torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "step": step}, saved + ".new")
            os.replace(saved + ".new", saved)

    start = last = time.time()
    means, waited = [], 0.0

    def progress(step):
        """Part of the training that is done, by steps or by time."""
        return step / args.steps if args.minutes is None else min(1, (time.time() - begun) / (args.minutes * 60))

    while progress(step) < 1:
        ids, weights = (torch.from_numpy(a.astype(np.int64)).to(device, non_blocking=True) for a in ready)
        step += 1
        done = progress(step - 1)
        if args.weights or done >= QUANTIZED_FROM:  # Shipped weights are used to 4 bits, and stay so.
            hold_as_int4(model)
        lr = args.lr * min(1, step / WARMUP) * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * done)))
        for group in optimizer.param_groups:
            group["lr"] = lr
        weight = torch.tensor([0.0, 0.1, 1.0], device=device)[weights[:, 1:]]
        with torch.autocast(device, torch.bfloat16, enabled=device == "cuda" or args.bf16):
            logits = model(ids[:, :-1])
        each = torch.nn.functional.cross_entropy(logits.float().flatten(0, 1), ids[:, 1:].flatten(), reduction="none").view_as(weight)
        loss = (each * weight).sum() / weight.sum()
        optimizer.zero_grad(set_to_none=True); loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0); optimizer.step()
        means.append(((each.detach() * (weight == 1)).sum() / (weight == 1).sum()).detach())
        if device == "cuda" and step % 10 == 0:
            torch.cuda.synchronize()
        if step % 100 == 0:
            print(f"step {step} tokens {step * args.tokens} answer loss {torch.stack(means).mean().item():.4f} lr {lr:.5f} seconds {time.time() - start:.0f} waited {waited:.0f}", flush=True)
            means = []
        if time.time() - last > args.every:
            save(step); last = time.time()
        before = time.time(); ready = next(rows); waited += time.time() - before
    if args.weights and args.keep:
        with torch.no_grad():
            for now, before in zip(model.parameters(), load(args.weights).to(device).parameters()):
                now.lerp_(before, args.keep)
    save(step)
    print("done", step, "steps", step * args.tokens, "tokens", flush=True)
    for worker in multiprocessing.active_children():  # They are still making rows.
        worker.kill()
    os._exit(0)


if __name__ == "__main__":
    main()
