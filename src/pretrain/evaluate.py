"""Asks the shipped files what corpus.py can ask, in wordings that training never saw, and compares greedy answers exactly.
usage: evaluate.py FOLDER [questions per kind]"""
import sys
import torch
from bpe import Tokenizer
from corpus import Corpus, render
from model import load

# Kinds with one right answer.
KINDS = ["capital", "country", "animal", "colour", "opposite", "word_form", "definition", "reason", "how_to", "arithmetic", "calendar", "recall", "notice", "repeat", "spell"]


@torch.no_grad()
def answer(model, tokenizer, text, limit=80):
    ids, end = tokenizer.encode(text), tokenizer.vocab["<|im_end|>"]
    start = len(ids)
    while len(ids) - start < limit:
        token = int(model(torch.tensor([ids]))[0, -1].argmax())
        if token == end:
            break
        ids.append(token)
    return tokenizer.decode(ids[start:])


def main(folder, count):
    model, tokenizer = load(folder), Tokenizer.load(f"{folder}/tokenizer.json")
    right = asked = 0
    for kind in KINDS:
        corpus, good, wrong = Corpus(99, held_out=True), 0, None
        for _ in range(count):
            chat = getattr(corpus, kind)()
            given = answer(model, tokenizer, render(chat[:-1], generate=True))
            good += given == chat[-1][1]
            if given != chat[-1][1]:
                wrong = f"{chat[-2][1]!r}: {given!r}, not {chat[-1][1]!r}"
        print(f"{kind:12} {good / count:6.1%}  {wrong or ''}", flush=True)
        right, asked = right + good, asked + count
    print(f"{'all':12} {right / asked:6.1%}")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 40)
