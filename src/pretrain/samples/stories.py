"""Cuts two old books into the passages of public/samples/stories.jsonl.

usage: stories.py carroll-alice.txt edgeworth-parents.txt FOLDER

The texts are those of Project Gutenberg as NLTK's selection of it has them. Passages end where paragraphs end, or sentences where a
paragraph is long, and have at most `longest` tokens of a byte-level BPE of 2048 tokens that is made of them, so that a row of 256
holds each with what stands around it. Whole chapters are held out for validation.
"""

import json
import re
import sys
from pathlib import Path

from tokenizers import Tokenizer, models, pre_tokenizers, trainers

longest = 220
vocabulary = 2048

# Stories for children; the book's plays and what it has for older readers are left out.
edgeworth = [
    "THE ORPHANS.",
    "LAZY LAWRENCE.",
    "THE FALSE KEY.",
    "SIMPLE SUSAN.",
    "THE WHITE PIGEON.",
    "THE BIRTHDAY PRESENT.",
    "FORGIVE AND FORGET.",
    '"WASTE NOT, WANT NOT."',
    "TARLTON.",
    "THE BASKET-WOMAN.",
]
others = ["ETON MONTEM.", "OLD POZ.", "THE MIMIC.", "THE BARRING OUT; OR, PARTY SPIRIT.", "THE BRACELETS.", "THE LITTLE MERCHANTS."]
held_out = {"CHAPTER IX. The Mock Turtle's Story", "THE WHITE PIGEON."}


def chapters_of_alice(text):
    text = text.replace("             CHAPTER XII\n\n           Alice's Evidence", "CHAPTER XII. Alice's Evidence")
    parts = re.split(r"^(CHAPTER [IVX]+\. .*)$", text, flags=re.M)[1:]
    return dict(zip(parts[::2], parts[1::2]))


def stories_of_edgeworth(text):
    titles = "|".join(re.escape(title) for title in edgeworth + others)
    parts = re.split(rf"^ *({titles})$", text, flags=re.M)[1:]
    stories = dict(zip(parts[::2], parts[1::2]))
    return {title: re.sub(r"^ *CHAPTER [IVX]+\.?$", "", stories[title], flags=re.M) for title in edgeworth}


def paragraphs_of(text):
    text = re.sub(r"^[ *]*\*[ *]*$", "", text, flags=re.M)
    # Footnotes, sources and remarks on editions.
    text = re.sub(r"\[[^\]]*\]|\(Monthly Magazine[^)]*\)", "", text)
    text = re.sub(r"_([^_]+)_", r"\1", text)
    for paragraph in re.split(r"\n\s*\n", text):
        lines = [line for line in paragraph.split("\n") if line.strip()]
        if not lines or lines[0].startswith("*"):
            continue
        # Verses are indented and keep their lines.
        between = "\n" if all(line.startswith("  ") for line in lines) else " "
        yield between.join(re.sub(r" +", " ", line.replace("*", "").strip()) for line in lines)


boundaries = (
    # Sentences, with the quotation marks and brackets that end them.
    r"(?<!Mr\.)(?<!Mrs\.)(?<=[.!?])[\"')]* ",
    r"(?<=[;:]) |(?<=--)|\n",
    r"(?<=,) ",
    r" ",
)


def pieces_of(paragraph, count, finer=boundaries):
    """A paragraph, or its sentences where it is too long, or what stands between commas where a sentence is."""
    if count(paragraph) <= longest:
        return [paragraph]
    cuts = [0, *(match.end() for match in re.finditer(finer[0], paragraph)), len(paragraph)]
    parts = [paragraph[one:other] for one, other in zip(cuts, cuts[1:])]
    return [piece for part in packed(parts, "", count) for piece in pieces_of(part, count, finer[1:])]


def packed(parts, between, count):
    """As many parts in a row as fit; one that does not fit stands alone."""
    kept = ""
    for part in parts:
        longer = kept + between + part if kept else part
        if count(longer.strip()) <= longest or not kept:
            kept = longer
        else:
            yield kept.strip()
            kept = part
    if kept.strip():
        yield kept.strip()


def passages_of(text, count):
    pieces = [piece for paragraph in paragraphs_of(text) for piece in pieces_of(paragraph, count)]
    return list(packed(pieces, "\n\n", count))


def counter(texts):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary, min_frequency=2, special_tokens=["<|endoftext|>"], initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer)
    return lambda text: len(tokenizer.encode(text).ids)


def main():
    alice, parents, folder = sys.argv[1:]
    chapters = chapters_of_alice(Path(alice).read_text()) | stories_of_edgeworth(Path(parents).read_text())
    learned = [text for title, text in chapters.items() if title not in held_out]
    count = counter("\n\n".join(paragraphs_of(text)) for text in learned)
    for name, isHeld in (("stories.jsonl", False), ("stories.validation.jsonl", True)):
        passages = [passage for title, text in chapters.items() if (title in held_out) == isHeld for passage in passages_of(text, count)]
        lengths = [count(passage) for passage in passages]
        lines = [json.dumps({"text": passage}, ensure_ascii=False) for passage in passages]
        Path(folder, name).write_text("\n".join(lines) + "\n")
        print(name, len(passages), "passages,", sum(lengths), "tokens, longest", max(lengths), "shortest", min(lengths))


main()
