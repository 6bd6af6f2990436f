"""What PyTorch's layers keep and answer: a state_dict, an input and the answer of small networks, in float32, for
tests that read and write weights by PyTorch's names. Images and series are given with their channels last, as they
are read here. Needs torch (2.15): torch_weights.py > torch_weights.json
"""
import json
import sys

import torch
from torch import nn

torch.manual_seed(3)


class Steps(nn.Module):
    """A recurrent layer's or an attention's steps alone, the last of them or all."""
    def __init__(self, layer, last=False):
        super().__init__()
        self.layer, self.last = layer, last

    def forward(self, x):
        attends = isinstance(self.layer, nn.MultiheadAttention)
        y = self.layer(x, x, x)[0] if attends else self.layer(x)[0]
        return y[:, -1] if self.last else y


class ChannelsFirst(nn.Module):
    def forward(self, x): return x.movedim(-1, 1)


def named(**layers):
    network = nn.Sequential()
    for name, layer in layers.items(): network.add_module(name, layer)
    return network


def whole(low, high, *shape): return torch.randint(low, high, shape)


CASES = {
    "linear": (named(fc1=nn.Linear(5, 4), a=nn.ReLU(), fc2=nn.Linear(4, 3, bias=False)), (2, 5)),
    "images": (named(
        t=ChannelsFirst(), conv1=nn.Conv2d(2, 4, (2, 3)), bn1=nn.BatchNorm2d(4), a=nn.ReLU(),
        conv2=nn.Conv2d(4, 6, 2, groups=2), f=nn.Flatten(), bn2=nn.BatchNorm1d(54), d=nn.Dropout(),
        fc=nn.Linear(54, 3)), (2, 5, 6, 2)),
    "depthwise": (named(
        t=ChannelsFirst(), dw=nn.Conv2d(3, 6, 2, groups=3), pw=nn.Conv2d(6, 2, 1, bias=False), f=nn.Flatten(),
        act=nn.PReLU(8), fc=nn.Linear(8, 2)), (2, 3, 3, 3)),
    "series": (named(
        t=ChannelsFirst(), conv=nn.Conv1d(2, 3, 2), p=nn.MaxPool1d(2), f=nn.Flatten(), fc=nn.Linear(6, 2)),
        (2, 5, 2)),
    "lstm": (named(rnn=Steps(nn.LSTM(3, 2, batch_first=True))), (2, 4, 3)),
    "lstm both ways": (named(rnn=Steps(nn.LSTM(3, 2, bidirectional=True, batch_first=True))), (2, 4, 3)),
    "gru both ways": (named(rnn=Steps(nn.GRU(3, 2, bidirectional=True, batch_first=True))), (2, 4, 3)),
    "gru without bias": (named(rnn=Steps(nn.GRU(3, 2, bias=False, batch_first=True), True), fc=nn.Linear(2, 2)),
                         (2, 4, 3)),
    "rnn of two layers": (named(rnn=Steps(nn.RNN(3, 2, 2, batch_first=True))), (2, 4, 3)),
    "embedding": (named(emb=nn.Embedding(7, 3), norm=nn.LayerNorm(3), rnn=Steps(nn.GRU(3, 2, batch_first=True))),
                  whole(0, 7, 2, 5)),
    "attention": (named(att=Steps(nn.MultiheadAttention(6, 2, batch_first=True)), norm=nn.LayerNorm(6)), (2, 4, 6)),
    "encoder, norm first": (named(enc=nn.TransformerEncoderLayer(
        6, 3, 8, norm_first=True, batch_first=True)), (2, 4, 6)),
    "encoder, norm last": (named(enc=nn.TransformerEncoderLayer(6, 2, 5, batch_first=True)), (2, 4, 6)),
}


def tensor(t): return {"shape": list(t.shape), "values": t.flatten().tolist()}


cases = []
for name, (network, given) in CASES.items():
    network.eval()
    with torch.no_grad():
        for key, value in network.state_dict().items():
            if not value.is_floating_point(): continue
            # Few digits, so that the file stays small.
            value.copy_(torch.randint(32, 128, value.shape) / 64 if key.endswith("running_var")
                        else torch.randint(-64, 65, value.shape) / 64)
        x = given if isinstance(given, torch.Tensor) else torch.randint(-64, 65, given) / 64
        y = network(x)
    # Called as the layer itself, not as the stand-in that takes its steps.
    tensors = {key.replace(".layer.", "."): tensor(value) for key, value in network.state_dict().items()
               if value.is_floating_point()}
    cases.append({"name": name, "tensors": [{"name": key, **value} for key, value in tensors.items()],
                  "input": tensor(x.float()), "output": tensor(y)})
json.dump({"script": "torch_weights.py", "torch": torch.__version__, "cases": cases}, sys.stdout)
print()
