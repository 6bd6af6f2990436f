"""PyTorch's DistributedDataParallel (gloo) on one machine, one thread a process: rows per second.

Usage: python ddp_peer.py WORKLOAD PROCESSES BATCH ROWS EPOCHS
  WORKLOAD  mlp-wide | cnn; BATCH rows for each step, of all processes together
Data: random pictures of 28 x 28, since only the time counts. Prints the rows per second of the best epoch.
"""
import os, sys, time
import torch, torch.distributed as dist, torch.multiprocessing as mp, torch.nn as nn
from torch.nn.parallel import DistributedDataParallel

NETWORKS = {
    "mlp-wide": lambda: nn.Sequential(nn.Flatten(), nn.Linear(784, 1024), nn.ReLU(), nn.Linear(1024, 1024), nn.ReLU(), nn.Linear(1024, 10)),
    "cnn": lambda: nn.Sequential(nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Dropout(0.5), nn.Linear(1600, 10)),
}


def train(rank, workload, processes, batch, rows, epochs):
    torch.set_num_threads(1)
    torch.manual_seed(0)
    if processes > 1:
        os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT="29533")
        dist.init_process_group("gloo", rank=rank, world_size=processes)
        os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[rank]})
    network = NETWORKS[workload]()
    step_network = DistributedDataParallel(network) if processes > 1 else network
    optimizer, loss = torch.optim.Adam(network.parameters()), nn.CrossEntropyLoss()
    x, y = torch.rand(rows, 1, 28, 28), torch.randint(0, 10, (rows,))
    mine = batch // processes
    best = 0.0
    for epoch in range(epochs):
        order = torch.randperm(rows, generator=torch.Generator().manual_seed(epoch))
        if processes > 1: dist.barrier()
        start = time.perf_counter()
        for first in range(0, rows // batch * batch, batch):
            at = order[first + rank * mine:first + (rank + 1) * mine]
            optimizer.zero_grad()
            loss(step_network(x[at]), y[at]).backward()
            optimizer.step()
        if processes > 1: dist.barrier()
        best = max(best, rows // batch * batch / (time.perf_counter() - start))
    if rank == 0: print(best)
    if processes > 1: dist.destroy_process_group()


if __name__ == "__main__":
    workload, numbers = sys.argv[1], [int(a) for a in sys.argv[2:6]]
    if numbers[0] == 1: train(0, workload, *numbers)
    else: mp.spawn(train, (workload, *numbers), nprocs=numbers[0])
