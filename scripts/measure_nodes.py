#!/usr/bin/env python3
"""What work over NATS costs against a batch on one machine, in seconds of the processor, so that other programs on the machine matter little.

usage: measure_nodes.py TAMGA DATA FILE [--workers N] [--rounds N] [--chunk N]     FILE: a batch; DATA: a folder with its lists

Prints a line for each round: the seconds of a batch on as many threads as there are workers, of each worker (one thread), of the asker and of NATS,
and whether the bytes agree.
"""
import argparse
import filecmp
import os
import shutil
import socket
import subprocess
import tempfile
import time


def spent(process):
    """User and system time of a process that ends, and its largest memory in MiB."""
    _, _, usage = os.wait4(process.pid, 0)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024


def spent_so_far(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tamga")
    parser.add_argument("data")
    parser.add_argument("file")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--chunk", type=int, default=2048)
    given = parser.parse_args()
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TAMGA")}
    folder = tempfile.mkdtemp(prefix="tamga-measure-")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"nats://127.0.0.1:{port}"

    def run(*arguments, threads=1):
        return subprocess.Popen([given.tamga, "--data", given.data, *arguments], env=environment | {"TAMGA_THREADS": str(threads)},
                                stderr=subprocess.DEVNULL)
    nats = subprocess.Popen(["nats-server", "-a", "127.0.0.1", "-p", str(port), "-js", "-sd", folder], stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL)
    time.sleep(1)
    try:
        for _ in range(given.rounds):
            alone, over = os.path.join(folder, "alone"), os.path.join(folder, "over")
            began = time.monotonic()
            batch, batch_memory = spent(run("screen", "--batch", given.file, "--out", alone, threads=given.workers))
            batch_wall = time.monotonic() - began
            workers = [run("worker", "--nats", url) for _ in range(given.workers)]
            time.sleep(1.5)
            before, began = spent_so_far(nats.pid), time.monotonic()
            asker, asker_memory = spent(run("screen", "--batch", given.file, "--nats", url, "--chunk", str(given.chunk), "--out", over))
            wall = time.monotonic() - began
            for worker in workers:
                worker.terminate()
            each = [spent(worker) for worker in workers]
            queue = spent_so_far(nats.pid) - before
            total = sum(one for one, _ in each) + asker + queue
            same = filecmp.cmp(alone, over, shallow=False)
            print(f"batch {batch:.2f} s ({batch_wall:.1f} s by the clock, {batch_memory} MiB); workers {[round(one, 2) for one, _ in each]} s "
                  f"({[memory for _, memory in each]} MiB), asker {asker:.2f} s ({asker_memory} MiB), NATS {queue:.2f} s, together {total:.2f} s "
                  f"({wall:.1f} s by the clock): {100 * batch / total:.0f} % of the batch's rate; "
                  f"{'the same bytes' if same else 'OTHER BYTES'}", flush=True)
    finally:
        nats.kill()
        nats.wait()
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
