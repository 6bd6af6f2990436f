"""Weights of torchvision's networks, in and out: what PyTorch says of a photograph beside what Glassbox says.

    pip install torch torchvision safetensors pillow scikit-learn
    python torch_networks.py GLASSBOX FOLDER [NETWORK...]

Weights are drawn (nothing is fetched); their running statistics are those of the photograph's parts, so that
answers differ from class to class. Each is saved by torch.save, imported, asked about four photographs, written
again with --layout torch, and read by load_state_dict(strict=True). FOLDER lies outside of the tree.
"""

import copy
import json
import pathlib
import subprocess
import sys

import numpy as np
import torch
import torchvision
from PIL import Image
from safetensors.torch import load_file
from sklearn.datasets import load_sample_images

NETWORKS = ["resnet18", "resnet34", "resnet50", "mobilenet_v2"]
MEAN, DEVIATION = (torch.tensor(v).view(3, 1, 1) for v in ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]))


def photographs(folder):
    """Of 256 pixels a side, of which torchvision's preparation takes the middle 224 as they are."""
    names, inputs = [], []
    for place, picture in enumerate(load_sample_images().images):
        for part in range(2):
            square = Image.fromarray(picture).crop((213 * part, 0, 213 * part + 427, 427)).resize((256, 256))
            names.append(str(folder / f"photograph{2 * place + part}.png"))
            square.save(names[-1])
            pixels = torch.tensor(np.asarray(square)).permute(2, 0, 1)[:, 16:240, 16:240] / 255
            inputs.append((pixels - MEAN) / DEVIATION)
    return names, torch.stack(inputs)


def network(name, inputs):
    torch.manual_seed(7)
    model = getattr(torchvision.models, name)(weights=None)
    model.train()
    with torch.no_grad():
        for _ in range(20): model(inputs)
        # As sure of itself as a network that has learned.
        list(model.modules())[-1].weight.mul_(20)
    return model.eval()


def run(program, *arguments):
    result = subprocess.run([program, *arguments], capture_output=True, text=True)
    if result.returncode: sys.exit(result.stderr)
    return result.stdout


def probabilities(program, model, names):
    answers = json.loads(run(program, "predict", model, *names, "--json"))["predictions"]
    return torch.tensor(
        [[row["probabilities"][str(label)] for label in range(1000)] for row in answers], dtype=torch.float64)


def compare(program, folder, name):
    names, inputs = photographs(folder)
    model = network(name, inputs)
    weights, own, back = (str(folder / f"{name}{ending}") for ending in (".pth", ".safetensors", "-torch.safetensors"))
    torch.save({"epoch": 3, "model": model.state_dict()}, weights)
    run(program, "import", weights, "--network", name, "--output", own, "--force", "--quiet")
    run(program, "export", own, back, "--layout", "torch", "--force", "--quiet")
    with torch.no_grad():
        theirs = torch.log_softmax(model(inputs).double(), 1)
        exact = torch.log_softmax(copy.deepcopy(model).double()(inputs.double()), 1)
    found = probabilities(program, own, names)
    given = load_file(back)
    same = all(torch.equal(value, model.state_dict()[key]) for key, value in given.items())
    model.load_state_dict(given, strict=True)
    return {
        "network": name, "tensors": len(given), "largest probability": round(exact.exp().max().item(), 4),
        "difference of a probability": (found - theirs.exp()).abs().max().item(),
        "difference of a logarithm": (found.log() - theirs).abs().max().item(),
        "from 64 bits": (found.log() - exact).abs().max().item(),
        "PyTorch from 64 bits": (theirs - exact).abs().max().item(),
        "same bits back": same,
    }


if __name__ == "__main__":
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[3:] or NETWORKS: print(json.dumps(compare(program, folder, name)), flush=True)
