"""Handing over to Wan2.2's own generate.py: its arguments made of ours, started the way its number of GPUs needs."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from .failure import MissingTool
from .order import Order

# Our model names and Wan's `--task`.
TASKS = {
    "wan2.2-t2v-a14b": "t2v-A14B",
    "wan2.2-i2v-a14b": "i2v-A14B",
    "wan2.2-ti2v-5b": "ti2v-5B",
}


def hand_over(order: Order) -> None:
    """Replaces this process by Wan's. Environment: `WAN_HOME` (its checkout), `WAN_CKPT_DIR` (its weights)."""
    home = Path(os.environ.get("WAN_HOME", "/opt/wan2.2"))
    if not (home / "generate.py").is_file():
        raise MissingTool(f"Wan2.2 is not in {home}: set WAN_HOME to its checkout")
    command, environment = launch(order, os.environ)
    logging.info("Handing over to Wan2.2")
    sys.stdout.flush()
    os.chdir(home)
    os.execvpe(command[0], command, environment)


def launch(order: Order, environment: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
    """The command line, to be run in Wan's checkout, and its environment."""
    environment = dict(environment)
    processes = world_size(environment)
    # Left to itself, Wan writes user text into file names and takes example prompts: all of these are always given.
    arguments = [
        *["generate.py", "--task", TASKS[order.model], "--size", f"{order.width}*{order.height}"],
        *["--frame_num", str(order.frames), "--sample_steps", str(order.steps), "--base_seed", str(order.seed)],
        *["--ckpt_dir", environment.get("WAN_CKPT_DIR", "/models/" + order.model), "--save_file", str(order.save_file)],
        *(["--image", str(order.image)] if order.image else []),
    ]
    if processes > 1:
        # The operator's PET_* variables tell torchrun the rest. Only rank 0 may speak: each rank has bars of its own.
        command = ["torchrun", "--local-ranks-filter", "0"]
        arguments += ["--dit_fsdp", "--t5_fsdp", "--ulysses_size", str(processes)]
    else:
        # With WORLD_SIZE set, Wan would wait for a process group that never comes.
        command = [environment.get("MAAS_PYTHON", sys.executable)]
        for name in ("WORLD_SIZE", "RANK", "LOCAL_RANK"):
            environment.pop(name, None)
        arguments += ["--offload_model", "True", "--convert_model_dtype"]
    # `=` keeps a prompt that begins with a dash from being taken for an option.
    return [*command, *arguments, *order.extra, f"--prompt={order.prompt}"], environment


def world_size(environment: Mapping[str, str]) -> int:
    """How many processes the operator has laid out: nodes times processes a node."""
    nodes, each = environment.get("PET_NNODES", "1"), environment.get("PET_NPROC_PER_NODE", "1")
    if nodes.isdecimal() and each.isdecimal():
        return int(nodes) * int(each)
    # `auto`: what the operator counted itself.
    size = environment.get("WORLD_SIZE", "1")
    return int(size) if size.isdecimal() else 1
