"""Files as torch.save writes them, without PyTorch: the archive of version 1.6 and later, and the row of pickles of
before. Made from the description of both in torch/serialization.py, by Python's own pickle and zipfile.
Usage: pytorch_files.py FOLDER"""
import collections
import io
import pickle
import struct
import sys
import types
import zipfile

# The names that such pickles have in them; calling them is left to whoever reads.
torch, utils = types.ModuleType("torch"), types.ModuleType("torch._utils")
torch._utils = utils
sys.modules.update({"torch": torch, "torch._utils": utils})
SIZES = {"FloatStorage": "f", "DoubleStorage": "d", "HalfStorage": "e", "LongStorage": "q", "IntStorage": "i"}
for name in list(SIZES) + ["BFloat16Storage"]:
    kind = type(name, (), {"__module__": "torch"})
    setattr(torch, name, kind)


def rebuild(name):
    def function(*_): raise AssertionError
    function.__module__, function.__name__, function.__qualname__ = "torch._utils", name, name
    setattr(utils, name, function)
    return function


TENSOR, PARAMETER = rebuild("_rebuild_tensor_v2"), rebuild("_rebuild_parameter")


class Storage:
    def __init__(self, kind, key, data, count): self.kind, self.key, self.data, self.count = kind, key, data, count


class Tensor:
    def __init__(self, storage, offset, size, stride): self.arguments = (storage, offset, size, stride)
    def __reduce_ex__(self, _): return TENSOR, self.arguments + (False, collections.OrderedDict())


class Parameter:
    def __init__(self, tensor): self.tensor = tensor
    def __reduce_ex__(self, _): return PARAMETER, (self.tensor, True, collections.OrderedDict())


class Dictionary(collections.OrderedDict):
    """As state_dict makes it: with versions of modules hung on it."""
    def __reduce_ex__(self, _):
        return collections.OrderedDict, (), {"_metadata": {"": {"version": 1}}}, None, iter(self.items())


class Pickler(pickle.Pickler):
    def __init__(self, file, storages, old):
        super().__init__(file, protocol=2)
        self.storages, self.old = storages, old
    def persistent_id(self, value):
        if not isinstance(value, Storage): return None
        self.storages[value.key] = value
        rest = (None,) if self.old else ()
        return ("storage", getattr(torch, value.kind), value.key, "cpu", value.count) + rest


def storage(kind, key, numbers):
    if kind == "BFloat16Storage":
        data = b"".join(struct.pack("<f", number)[2:] for number in numbers)
    else:
        data = struct.pack(f"<{len(numbers)}{SIZES[kind]}", *numbers)
    return Storage(kind, key, data, len(numbers))


def example():
    """Every kind of number, a part of a storage, a turned view, a parameter, dictionaries, other values."""
    shared = storage("FloatStorage", "0", [0, 1, 2, 3, 4, 5, 6, 7])
    model = Dictionary()
    model["conv.weight"] = Parameter(Tensor(shared, 2, (2, 3), (3, 1)))
    model["turned"] = Tensor(shared, 1, (3, 2), (1, 3))
    model["half"] = Tensor(storage("HalfStorage", "1", [0.5, -2]), 0, (2,), (1,))
    model["brain"] = Tensor(storage("BFloat16Storage", "2", [1.5, -3]), 0, (2,), (1,))
    model["double"] = Tensor(storage("DoubleStorage", "3", [0.25]), 0, (), ())
    model["bn.num_batches_tracked"] = Tensor(storage("LongStorage", "4", [12345678901]), 0, (), ())
    model["empty"] = Tensor(storage("FloatStorage", "5", []), 0, (0, 3), (3, 1))
    return {"state_dict": model, "epoch": 7, "rate": 0.125, "note": "best", "done": True, "large": 2 ** 80}


def archive(value, path, order="little"):
    storages, text = {}, io.BytesIO()
    Pickler(text, storages, False).dump(value)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as file:
        def add(name, data): file.writestr(zipfile.ZipInfo("weights/" + name), data)
        add("data.pkl", text.getvalue())
        add("byteorder", order)
        for key, one in storages.items(): add(f"data/{key}", one.data)
        add("version", "3\n")


def row(value, path):
    storages = {}
    with open(path, "wb") as file:
        pickle.dump(0x1950a86a20f9469cfc6c, file, protocol=2)
        pickle.dump(1001, file, protocol=2)
        sizes = {"protocol_version": 1001, "little_endian": True, "type_sizes": {"short": 2, "int": 4, "long": 4}}
        pickle.dump(sizes, file, protocol=2)
        Pickler(file, storages, True).dump(value)
        pickle.dump(sorted(storages), file, protocol=2)
        for key in sorted(storages):
            file.write(struct.pack("<q", storages[key].count) + storages[key].data)


class Command:
    """What no file of weights needs."""
    def __reduce__(self):
        import os
        return os.system, ("true",)


if __name__ == "__main__":
    folder = sys.argv[1]
    archive(example(), f"{folder}/archive.pt")
    row(example(), f"{folder}/row.pth")
    with open(f"{folder}/plain.pkl", "wb") as file: pickle.dump({"a": [1, 2.5, "x"]}, file, protocol=4)
    archive({"weight": Command()}, f"{folder}/command.pt")
