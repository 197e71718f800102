"""Opens adapter folders in PEFT, writes some with random numbers, and gives PEFT's logits with each.

python peft_adapters.py

Reads a job from every line: {"id", "base", "folder", "ids"}. The folder of one that has "make" as well, {"type", "args"}, is written
first, from a configuration of that class. Answers with a line: {"id", "logits"} after the last of the ids, or {"id", "error"}.
Everything is float32 on a CPU, nothing is fetched."""

import json
import os
import shutil
import sys
import tempfile

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TRANSFORMERS_OFFLINE"] = "1"

import peft
import torch
from transformers import AutoModelForCausalLM


def base_model(path: str):
    """A GGUF file, or a folder without the adapter that may lie in it, which transformers would load."""
    if path.endswith(".gguf"):
        folder, name = os.path.split(os.path.abspath(path))
        return AutoModelForCausalLM.from_pretrained(folder, gguf_file=name, dtype=torch.float32, attn_implementation="eager").eval()
    with tempfile.TemporaryDirectory() as folder:
        for file in ("config.json", "model.safetensors"):
            shutil.copy(os.path.join(path, file), folder)
        return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()


def write(base, make: dict, folder: str) -> None:
    """Rotations are moved less: their series is only good near the start."""
    torch.manual_seed(7)
    model = peft.get_peft_model(base, getattr(peft, make["type"])(task_type="CAUSAL_LM", **make["args"])).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.requires_grad:
                parameter.add_(torch.randn(parameter.shape) * (0.1 if "oft" in name else 0.2))
    model.save_pretrained(folder)


def run(job: dict) -> dict:
    if "make" in job:
        write(base_model(job["base"]), job["make"], job["folder"])
    model = peft.PeftModel.from_pretrained(base_model(job["base"]), job["folder"]).eval()
    with torch.no_grad():
        logits = model(input_ids=torch.tensor([job["ids"]]), attention_mask=torch.ones(1, len(job["ids"]), dtype=torch.long)).logits
    return {"logits": logits[0, -1].tolist()}


def main() -> None:
    for line in sys.stdin:
        job = json.loads(line)
        try:
            found = run(job)
        except Exception as error:  # Whatever PEFT says of a folder is an answer.
            found = {"error": f"{type(error).__name__}: {error}"[:600]}
        print(json.dumps({"id": job["id"], **found}), flush=True)


main()
