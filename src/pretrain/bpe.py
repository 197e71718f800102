"""Byte-level BPE (Sennrich et al. 2016; byte alphabet of GPT-2): trains it, encodes with it, writes tokenizer.json."""
import collections, functools, json, re

SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
# GPT-2's pattern in the words of Python's own re module: letters are \w without digits and underscore.
PATTERN = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d| ?[^\W\d_]+| ?\d+| ?(?:[^\s\w]|_)+|\s+(?!\S)|\s+")
CHAT_TEMPLATE = ("{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}{% endfor %}"
                 "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}")


def byte_alphabet():
    """GPT-2's map from bytes to printable characters."""
    kept = [*range(33, 127), *range(161, 173), *range(174, 256)]
    out, extra = {}, 0
    for b in range(256):
        out[b] = chr(b) if b in kept else chr(256 + extra)
        extra += b not in kept
    return out


ALPHABET = byte_alphabet()


def words(text):
    return ["".join(ALPHABET[b] for b in w.encode()) for w in PATTERN.findall(text)]


def merge(symbols, pair):
    out, i = [], 0
    while i < len(symbols):
        if i + 1 < len(symbols) and (symbols[i], symbols[i + 1]) == pair:
            out.append(symbols[i] + symbols[i + 1]); i += 2
        else:
            out.append(symbols[i]); i += 1
    return tuple(out)


def train(texts, vocabulary_size):
    """Merges in the order in which they are learned. Only words with the best pair are touched by a merge, and pairs are counted anew for them."""
    counts = collections.Counter(w for text in texts for w in words(text))
    seen = [(tuple(w), n) for w, n in sorted(counts.items()) if n > 3]
    symbols, times = [w for w, _ in seen], [n for _, n in seen]
    pairs, where = collections.Counter(), collections.defaultdict(set)
    for i, word in enumerate(symbols):
        for pair in zip(word, word[1:]):
            pairs[pair] += times[i]
            where[pair].add(i)
    merges = []
    while len(merges) + 256 + len(SPECIALS) < vocabulary_size and pairs:
        best = max(pairs, key=lambda p: (pairs[p], p))
        merges.append(best)
        for i in where.pop(best):
            for pair in zip(symbols[i], symbols[i][1:]):
                pairs[pair] -= times[i]
            symbols[i] = merge(symbols[i], best)
            for pair in zip(symbols[i], symbols[i][1:]):
                pairs[pair] += times[i]
                where[pair].add(i)
        pairs.pop(best, None)
    return merges


class Tokenizer:
    def __init__(self, merges):
        self.merges = [tuple(m) for m in merges]
        self.rank = {m: i for i, m in enumerate(self.merges)}
        tokens = SPECIALS + [ALPHABET[b] for b in range(256)] + [a + b for a, b in self.merges]
        self.vocab = {t: i for i, t in enumerate(dict.fromkeys(tokens))}
        self.tokens = {i: t for t, i in self.vocab.items()}
        self.word = functools.lru_cache(200_000)(self._word)

    @staticmethod
    def load(path):
        return Tokenizer([m.split(" ") if isinstance(m, str) else m for m in json.load(open(path))["model"]["merges"]])

    def _word(self, word, skip=lambda: False):
        symbols = tuple(word)
        while len(symbols) > 1:
            pairs = [pair for pair in zip(symbols, symbols[1:]) if pair in self.rank and not skip()]
            if not pairs:
                break
            best = min(pairs, key=self.rank.get)
            symbols = merge(symbols, best)
        return [self.vocab[s] for s in symbols]

    def encode(self, text, dropout=0.0, random=None):
        """With dropout a merge is skipped at random (BPE-dropout, Provilkov et al. 2020), so that every token is met in training:
        one that is only ever a step to a longer one would keep its random embedding, and no adapter could teach it."""
        word = self.word if dropout == 0 else lambda w: self._word(w, lambda: random.random() < dropout)
        ids = []
        for part in re.split("(" + "|".join(map(re.escape, SPECIALS)) + ")", text):
            if part in SPECIALS:
                ids.append(self.vocab[part])
            elif part:
                for w in words(part):
                    ids += word(w)
        return ids

    def decode(self, ids):
        back = {c: b for b, c in ALPHABET.items()}
        return bytes(back[c] for i in ids if self.tokens[i] not in SPECIALS for c in self.tokens[i]).decode(errors="replace")

    def save(self, folder, context):
        added = [{"id": i, "content": t, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True} for i, t in enumerate(SPECIALS)]
        level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
        model = {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None, "end_of_word_suffix": None, "fuse_unk": False,
                 "byte_fallback": False, "vocab": self.vocab, "merges": [" ".join(m) for m in self.merges]}
        whole = {"version": "1.0", "truncation": None, "padding": None, "added_tokens": added, "normalizer": None, "pre_tokenizer": level, "post_processor": None, "decoder": level, "model": model}
        config = {"tokenizer_class": "PreTrainedTokenizerFast", "bos_token": None, "eos_token": "<|im_end|>", "pad_token": "<|endoftext|>", "unk_token": None, "add_bos_token": False,
                  "model_max_length": context, "clean_up_tokenization_spaces": False, "added_tokens_decoder": {str(a["id"]): {k: v for k, v in a.items() if k != "id"} for a in added}, "chat_template": CHAT_TEMPLATE}
        json.dump(whole, open(f"{folder}/tokenizer.json", "w"), ensure_ascii=False, separators=(",", ":"))
        json.dump(config, open(f"{folder}/tokenizer_config.json", "w"), indent=1)
