"""Hands over to Wan2.2's own generate.py: translates the arguments, and starts it as the number of GPUs requires."""

from __future__ import annotations

import logging
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .failure import BadArgument, MissingTool
from .request import GenerationRequest

# torchrun by its module's name: the one that belongs to the interpreter, wherever its command is.
TORCHRUN = "torch.distributed.run"

# How much of the other ranks' output is shown after a failure.
SHOWN_LOGS = 4
SHOWN_LINES = 8

# What a process prints that has to end, in Python, where torch marks the line with the rank, and in C++: the watchdog
# of a process that only waits ends it without coming back to Python.
TIMEOUT = "Watchdog caught collective operation timeout"
TRACEBACK = "Traceback (most recent call last)"
ENDS = (TRACEBACK, "terminate called after throwing", TIMEOUT)
MARK = re.compile(r"\[rank\d+\]: ")

# Before the error of a process that ended by itself: see Sources/Reporter/Run/RankError.swift.
CAUSE = "cause on rank"

# What a process prints that lost another: see NCCL_ERROR in Sources/Reporter/Run/FailurePattern.swift.
ECHOES = (
    *("NCCL error", "ncclRemoteError", "DistNetworkError", "DistStoreError"),
    *("Connection closed by peer", "gloo/transport/tcp/"),
)

# In one line of a process whose GPU has too little memory for NCCL itself.
OUT_OF_MEMORY = ("Cuda failure", "out of memory")


@dataclass(frozen=True)
class Model:
    """One of Wan2.2's models (wan/configs). `alone` are its flags on a single GPU, `together` those on each of several,
    as its README has them."""

    task: str
    heads: int
    alone: tuple[str, ...] = ("--offload_model", "True", "--convert_model_dtype")
    together: tuple[str, ...] = ("--dit_fsdp", "--t5_fsdp")


# With the text encoder on the CPU, and the rest there too while the video is decoded, it fits into 24 GB.
SMALL = (*Model.alone, "--t5_cpu")

MODELS = {
    "wan2.2-t2v-a14b": Model("t2v-A14B", heads=40),
    "wan2.2-i2v-a14b": Model("i2v-A14B", heads=40),
    "wan2.2-ti2v-5b": Model("ti2v-5B", heads=24, alone=SMALL, together=SMALL),
}


def hand_over(request: GenerationRequest) -> None:
    """Runs Wan's program in place of this one. Environment: `WAN_HOME` (its checkout), `WAN_CKPT_DIR` (its weights)."""
    home = Path(os.environ.get("WAN_HOME", "/opt/wan2.2"))
    if not (home / "generate.py").is_file():
        raise MissingTool(f"Wan2.2 is not in {home}: set WAN_HOME to its checkout")
    logs = request.save_file.parent / "ranks"
    command, environment = launch(request, os.environ, logs)
    logging.info("Handing over to Wan2.2")
    sys.stdout.flush()
    if TORCHRUN in command:
        sys.exit(run_group(command, environment, home, logs))
    os.chdir(home)
    os.execvpe(command[0], command, environment)


def launch(
    request: GenerationRequest, environment: Mapping[str, str], logs: Path
) -> tuple[list[str], dict[str, str]]:
    """The command line, to be run in Wan's checkout, and its environment. The other ranks' output goes to `logs`."""
    environment = dict(environment)
    model = MODELS[request.model]
    processes, each = layout(environment)
    python = environment.get("MAAS_PYTHON", sys.executable)
    if model.heads % processes:
        raise BadArgument(
            f"{request.model} has {model.heads} attention heads; {processes} GPUs cannot share them evenly"
        )
    # Left to itself, Wan writes user text into file names and takes example prompts: all of these are always given.
    arguments = [
        *["generate.py", "--task", model.task, "--size", f"{request.width}*{request.height}"],
        *["--frame_num", str(request.frames), "--sample_steps", str(request.steps), "--base_seed", str(request.seed)],
        *["--ckpt_dir", environment.get("WAN_CKPT_DIR", "/models/" + request.model)],
        *["--save_file", str(request.save_file)],
        *(["--image", str(request.image)] if request.image else []),
    ]
    if processes > 1:
        # The operator's PET_* variables tell torchrun the rest. Each rank has bars of its own: the first one is shown,
        # the others go to files, for only those know why one of them has failed. torchrun takes one digit a rank here.
        others = [f"{rank}:3" for rank in range(1, min(each, 10))]
        command = [python, "-m", TORCHRUN, "--local-ranks-filter", "0", "--log-dir", str(logs)]
        command += ["--redirects", ",".join(others)] if others else []
        arguments += [*model.together, "--ulysses_size", str(processes)]
        if "--t5_cpu" in model.together:
            # torchrun would leave one thread to each process.
            environment.setdefault("OMP_NUM_THREADS", str(max(1, len(os.sched_getaffinity(0)) // each)))
    else:
        # With WORLD_SIZE set, Wan would wait for a process group that never comes.
        command = [python]
        for name in ("WORLD_SIZE", "RANK", "LOCAL_RANK"):
            environment.pop(name, None)
        arguments += model.alone
    # `=` keeps a prompt that begins with a dash from being taken for an option.
    return [*command, *arguments, *request.extra, f"--prompt={request.prompt}"], environment


def layout(environment: Mapping[str, str]) -> tuple[int, int]:
    """How many processes the operator wants, in all and on each node."""
    nodes, each = environment.get("PET_NNODES", "1"), environment.get("PET_NPROC_PER_NODE", "1")
    if nodes.isdecimal() and each.isdecimal():
        return int(nodes) * int(each), int(each)
    # `auto`: what the operator counted itself.
    size = environment.get("WORLD_SIZE", "1")
    count = int(size) if size.isdecimal() else 1
    return count, max(1, count // (int(nodes) if nodes.isdecimal() else 1))


def run_group(command: list[str], environment: Mapping[str, str], home: Path, logs: Path) -> int:
    """Runs torchrun and returns its exit status; after a failure, prints what the other ranks say of it."""
    # A signal is for the whole group: torchrun has it too, and it is torchrun that ends its processes.
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: None)
    status = subprocess.run(command, cwd=home, env=environment, check=False).returncode
    if status:
        for line in last_words(logs):
            print(line, file=sys.stderr)
        sys.stderr.flush()
    return status if status >= 0 else 128 - status


def last_words(logs: Path) -> list[str]:
    """The last lines of processes that say why they ended, those first that were not waiting for another or lost it;
    and the errors of those."""
    tails, causes = [], []
    for path in sorted(logs.glob("**/stderr.log")):
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        if any(end in line for line in lines for end in ENDS):
            # What ends in C++ has its reason before its frames.
            told = [line for line in lines if line.strip() and not line.startswith("frame #")]
            rank, far = path.parent.name, distance(lines)
            tails.append((far, [f"rank {rank}: {line}" for line in told[-SHOWN_LINES:]]))
            if far == 0 and (error := error_line(lines)):
                causes.append(f"{CAUSE} {rank}: {error}")
    tails.sort(key=lambda entry: entry[0])
    return [*(line for _, lines in tails[:SHOWN_LOGS] for line in lines), *causes[:SHOWN_LOGS]]


def error_line(lines: list[str]) -> str | None:
    """What follows the frames of the last traceback, such as `ValueError: whatever`."""
    texts = [MARK.sub("", line, count=1) for line in lines]
    start = max((number for number, text in enumerate(texts) if text.startswith(TRACEBACK)), default=len(texts))
    # What torch's C++ logs in between begins with a mark of another kind: `[rank1]:[W1124 …`.
    return next((text for text in texts[start + 1 :] if text.strip() and not text.startswith((" ", "[rank"))), None)


def distance(lines: list[str]) -> int:
    """How far from the cause a process was that ended so: 0 at it, 1 waiting in vain for another, 2 having lost one."""
    if any(all(text in line for text in OUT_OF_MEMORY) for line in lines):
        return 0
    if any(echo in line for line in lines for echo in ECHOES):
        return 2
    return int(any(TIMEOUT in line for line in lines))
