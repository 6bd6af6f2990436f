"""Files that torch.save itself writes (2.15), small ones of every kind that people have; `pytorch_files.py` beside
makes others without PyTorch. Usage: torch_files.py FOLDER"""
import collections
import sys

import torch
from torch import nn

torch.manual_seed(1)
folder = sys.argv[1]


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 2, 2)
        self.bn1 = nn.BatchNorm2d(2)
        self.fc = nn.Linear(4, 3)


def save(value, name, **settings): torch.save(value, f"{folder}/{name}", **settings)


def numbers(*shape): return torch.arange(torch.Size(shape).numel(), dtype=torch.float32).reshape(shape)


network = Network()
with torch.no_grad():
    for place, weight in enumerate(network.parameters()): weight.copy_(numbers(*weight.shape) / 8 + place)
network.bn1.num_batches_tracked += 41

# As a training keeps it: an OrderedDict with _metadata, parameters, optimiser, numbers and texts.
optimizer = torch.optim.Adam(network.parameters())
network.fc(torch.ones(1, 4)).sum().backward()
optimizer.step()
with torch.no_grad():
    for place, weight in enumerate(network.parameters()): weight.copy_(numbers(*weight.shape) / 8 + place)
checkpoint = {"epoch": 3, "model": network.state_dict(), "optimizer": optimizer.state_dict(), "best": 0.875,
              "args": {"lr": 0.1, "name": "small"}}
save(checkpoint, "torch_checkpoint.pt")
save(network.state_dict(), "torch_state.pth")
save(network.state_dict(), "torch_old.pth", _use_new_zipfile_serialization=False)
save(network, "torch_module.pt")

base = numbers(4, 6)
kinds = collections.OrderedDict(
    float16=base[0].half(), bfloat16=base[1].bfloat16(), float64=base[2].double(), int64=base[3].long(),
    int32=base[3].int(), uint8=base[3].byte(), bool=base[0] > 2,
    whole=base, column=base[:, 2], turned=base.t(), part=base[1:3, 2:5], spread=base[0, :2].expand(2, 2),
    parameter=nn.Parameter(base[0]), scalar=torch.tensor(2.5), empty=torch.empty(0, 2),
    channels_last=numbers(1, 2, 2, 2).contiguous(memory_format=torch.channels_last))
save(kinds, "torch_kinds.pt")
save(dict(weight=base.to_sparse()), "torch_sparse.pt")
save(dict(weight=torch.quantize_per_tensor(base, 0.5, 0, torch.qint8)), "torch_quantized.pt")
save(dict(weight=base.to(torch.float8_e4m3fn)), "torch_float8.pt")
save(dict(weight=base[0].to(torch.complex64)), "torch_complex.pt")
