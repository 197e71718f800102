"""How many of the taught answers a base with an exported adapter gives, word for word, by PEFT and transformers.

python peft_answers.py MODEL.gguf ADAPTER FACTS.jsonl

The file's weights are taken out of it as float32 numbers (gguf), which is what it publishes. Prints one JSON object. Nothing is
fetched. Generation is greedy and ends at the file's end token."""

import json
import os
import sys

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TRANSFORMERS_OFFLINE"] = "1"

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer


def answer(model, tokenizer, question: str, longest: int) -> str:
    prompt = tokenizer.apply_chat_template(
        [{"role": "user", "content": question}], add_generation_prompt=True, return_tensors="pt", return_dict=True
    )
    with torch.no_grad():
        out = model.generate(**prompt, do_sample=False, max_new_tokens=longest, pad_token_id=0)
    return tokenizer.decode(out[0, prompt["input_ids"].shape[1] :], skip_special_tokens=True)


def main(file: str, adapter: str, facts: str) -> None:
    folder, name = os.path.split(os.path.abspath(file))
    tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file=name)
    base = AutoModelForCausalLM.from_pretrained(folder, gguf_file=name, dtype=torch.float32)
    model = PeftModel.from_pretrained(base, adapter).eval()
    with open(facts, encoding="utf-8") as lines:
        taught = [[message["content"] for message in json.loads(line)["messages"]] for line in lines]
    wrong = []
    for question, expected in taught:
        said = answer(model, tokenizer, question, 64)
        if said.strip() != expected:
            wrong.append({"question": question, "expected": expected, "said": said})
    print(json.dumps({"right": len(taught) - len(wrong), "of": len(taught), "wrong": wrong}, ensure_ascii=False))


main(*sys.argv[1:])
