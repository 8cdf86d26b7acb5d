#!/usr/bin/env python3
"""Stands in for Wan2.2's generate.py: its command line, its checks, its log lines, its bars, and its ways to fail.

Written from what is known of Wan2.2 (commit 42bf4cf), none of its code is here; ffmpeg draws the video. `WAN_FAULT`
chooses how it fails, `WAN_FAULT_RANK` in which process (0), `WAN_PACE` is seconds a step. Where no variable can be
given, the prompt can: `fault: step oom @ 1`.
"""

from __future__ import annotations

import argparse
import logging
import math
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import time
import traceback
from datetime import datetime
from pathlib import Path

from tqdm import tqdm

SIZES = {
    "t2v-A14B": ("720*1280", "1280*720", "480*832", "832*480"),
    "i2v-A14B": ("720*1280", "1280*720", "480*832", "832*480"),
    "ti2v-5B": ("704*1280", "1280*704"),
}
ALL_SIZES = ("720*1280", "1280*720", "480*832", "832*480", "704*1280", "1280*704", "1024*704", "704*1024")
# steps, shift, frames, frames a second, attention heads, name of the pipeline, VAE, shards of each expert
TASKS = {
    "t2v-A14B": (40, 12.0, 81, 16, 40, "WanT2V", "Wan2.1_VAE.pth", (6, 6)),
    "i2v-A14B": (40, 5.0, 81, 16, 40, "WanI2V", "Wan2.1_VAE.pth", (6, 6)),
    "ti2v-5B": (50, 5.0, 121, 24, 24, "WanTI2V", "Wan2.2_VAE.pth", (3,)),
}
FAULT = os.environ.get("WAN_FAULT", "")
FAULT_RANK = int(os.environ.get("WAN_FAULT_RANK", "0"))
PACE = float(os.environ.get("WAN_PACE", "0.03"))


class OutOfMemoryError(RuntimeError):
    """As torch names it."""


OutOfMemoryError.__module__ = "torch"


def flag(text: str) -> bool:
    """Wan's str2bool: an option that takes a value."""
    if text.lower() in ("yes", "true", "t", "y", "1"):
        return True
    if text.lower() in ("no", "false", "f", "n", "0"):
        return False
    raise argparse.ArgumentTypeError("Boolean value expected (True/False)")


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="generate.py", description="Generate a image or video from a text prompt or image using Wan"
    )
    parser.add_argument("--task", default="t2v-A14B", choices=[*TASKS, "animate-14B", "s2v-14B"])
    parser.add_argument("--size", default="1280*720", choices=ALL_SIZES)
    for name in ["--frame_num", "--sample_steps"]:
        parser.add_argument(name, type=int)
    parser.add_argument("--base_seed", type=int, default=-1)
    parser.add_argument("--ulysses_size", type=int, default=1)
    for name in ["--ckpt_dir", "--save_file", "--prompt", "--image", "--prompt_extend_model"]:
        parser.add_argument(name)
    parser.add_argument("--offload_model", type=flag)
    for name in ["--t5_fsdp", "--dit_fsdp", "--t5_cpu", "--convert_model_dtype", "--use_prompt_extend"]:
        parser.add_argument(name, action="store_true")
    parser.add_argument("--sample_solver", default="unipc", choices=["unipc", "dpm++"])
    for name in ["--sample_shift", "--sample_guide_scale"]:
        parser.add_argument(name, type=float)
    args = parser.parse_args()
    assert args.ckpt_dir is not None, "Please specify the checkpoint directory."
    steps, shift, frames, *_ = TASKS[args.task]
    if args.prompt is None:
        args.prompt = "Two anthropomorphic cats in comfy boxing gear and bright gloves fight intensely."
    if args.image is None and args.task == "i2v-A14B":
        args.image = "examples/i2v_input.JPG"
    args.sample_steps = args.sample_steps or steps
    args.sample_shift = args.sample_shift or shift
    args.frame_num = args.frame_num or frames
    assert args.size in SIZES[args.task], (
        f"Unsupport size {args.size} for task {args.task}, supported sizes are: {', '.join(SIZES[args.task])}"
    )
    return args


class Group:
    """The processes of one generation, met at the master's address: a stand-in for torch.distributed."""

    def __init__(self, rank: int, size: int):
        self.rank = rank
        self.peers: list[socket.socket] = []
        if size == 1:
            return
        self.mark()
        address = (os.environ["MASTER_ADDR"], int(os.environ["MASTER_PORT"]))
        if rank == 0:
            with socket.create_server(address) as server:
                server.settimeout(90)
                self.peers = [server.accept()[0] for _ in range(size - 1)]
        else:
            deadline = time.monotonic() + 90
            while not self.peers:
                try:
                    self.peers = [socket.create_connection(address, timeout=90)]
                except OSError:
                    if time.monotonic() > deadline:
                        raise
                    time.sleep(0.05)

    def mark(self):
        """Has tracebacks marked with the rank, as torch.distributed does. The others see the loss before torchrun."""

        def hook(*exception):
            for line in "".join(traceback.format_exception(*exception)).splitlines():
                print(f"[rank{self.rank}]: {line}", file=sys.stderr)
            sys.stderr.flush()
            for peer in self.peers:
                peer.close()
            time.sleep(0.3)

        sys.excepthook = hook

    def barrier(self):
        """Everybody waits for everybody."""
        try:
            for peer in self.peers:
                peer.settimeout(90)
                peer.sendall(b".")
            is_whole = all([peer.recv(1) for peer in self.peers])
        except OSError:  # A peer that dies before it has read what was sent resets the connection.
            is_whole = False
        if not is_whole:
            raise RuntimeError("NCCL error: remote process exited or there was a network error")


def fail(place: str, rank: int):
    """Fails, if it is here that it has to."""
    if not FAULT.startswith(place) or rank != FAULT_RANK:
        return
    if FAULT.endswith("oom"):
        raise OutOfMemoryError(
            "CUDA out of memory. Tried to allocate 2.50 GiB. GPU 0 has a total capacity of 23.64 GiB of which 1.93 GiB "
            "is free. Process 77 has 21.70 GiB memory in use. If reserved but unallocated memory is large try setting "
            "PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True to avoid fragmentation."
        )
    if FAULT.endswith("cuda"):
        raise RuntimeError(
            "CUDA error: an illegal memory access was encountered\nCUDA kernel errors might be asynchronously reported "
            "at some other API call, so the stacktrace below might be incorrect.\nFor debugging consider passing "
            "CUDA_LAUNCH_BLOCKING=1\nCompile with `TORCH_USE_CUDA_DSA` to enable device-side assertions.\n"
        )
    if FAULT.endswith("flash"):
        FLASH_ATTN_2_AVAILABLE = False
        assert FLASH_ATTN_2_AVAILABLE
    if FAULT.endswith("driver"):
        raise RuntimeError(
            "Found no NVIDIA driver on your system. Please check that you have an NVIDIA GPU and installed a driver "
            "from http://www.nvidia.com/Download/index.aspx"
        )
    if FAULT.endswith("nccl"):
        timeout = (
            f"[Rank {rank}] Watchdog caught collective operation timeout: WorkNCCL(SeqNum=42, OpType=ALLTOALL_BASE, "
            "NumelIn=1, NumelOut=1, Timeout(ms)=600000) ran for 600029 milliseconds before timing out."
        )
        print(
            f"[rank{rank}]:[E1124 04:00:00.000000000 ProcessGroupNCCL.cpp:616] {timeout}",
            "terminate called after throwing an instance of 'c10::DistBackendError'",
            f"  what():  [PG ID 0 PG GUID 0(default_pg) Rank {rank}] Process group watchdog thread terminated with "
            f"exception: {timeout}",
            "Exception raised from checkTimeout at ProcessGroupNCCL.cpp:635 (most recent call first):",
            *[f"frame #{number}: <unknown function> + 0xd44a3" for number in range(12)],
            sep="\n",
            file=sys.stderr,
            flush=True,
        )
        os.abort()
    if FAULT.endswith("unknown"):
        raise ValueError("whatever")
    if FAULT.endswith("killed"):
        os.kill(os.getpid(), signal.SIGKILL)
    if FAULT.endswith("crash"):
        os.kill(os.getpid(), signal.SIGSEGV)
    if FAULT.endswith("deaf"):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if FAULT.endswith(("hang", "deaf")):
        print("hanging", flush=True)
        time.sleep(3600)


def load(args: argparse.Namespace, rank: int):
    """Says what the pipelines say while they load."""
    *_, name, vae, shards = TASKS[args.task]
    logging.info("Creating %s pipeline.", name)
    for file in ["models_t5_umt5-xxl-enc-bf16.pth", vae]:
        path = os.path.join(args.ckpt_dir, file)
        logging.info("loading %s", path)
        with open(path, "rb"):
            pass
    fail("load", rank)
    logging.info("Creating WanModel from %s", args.ckpt_dir)
    for count in shards:
        for _ in tqdm(range(count), desc="Loading checkpoint shards", disable=rank > 0):
            time.sleep(PACE)


def size_of(args: argparse.Namespace) -> tuple[int, int]:
    """Of the video: with a picture, its shape within the area that was asked for."""
    width, height = map(int, args.size.split("*"))
    if not args.image:
        return width, height
    with open(args.image, "rb") as file:
        header = file.read(24)
    if header[:8] != b"\x89PNG\r\n\x1a\n":
        raise RuntimeError(f"PIL.UnidentifiedImageError: cannot identify image file '{args.image}'")
    own_width, own_height = struct.unpack(">II", header[16:24])
    area, ratio, step = width * height, own_height / own_width, 16 if args.task == "i2v-A14B" else 32
    return int(math.sqrt(area / ratio) // step * step), int(math.sqrt(area * ratio) // step * step)


def timestep(step: int, args: argparse.Namespace) -> int:
    """A step's place in the schedule of noise, which Wan's UniPC solver cuts to a whole number of 1000."""
    sigma = 0.999 * (1 - step / args.sample_steps)
    return int(1000 * args.sample_shift * sigma / (1 + (args.sample_shift - 1) * sigma))


def save(args: argparse.Namespace, size: tuple[int, int]):
    """As imageio would, and with its habit: what goes wrong is said, and forgotten."""
    frames, rate = args.frame_num, TASKS[args.task][3]
    file = args.save_file
    if file is None:
        now = datetime.now().strftime("%Y%m%d_%H%M%S")
        prompt = args.prompt.replace(" ", "_").replace("/", "_")[:50]
        file = f"{args.task}_{args.size}_{args.ulysses_size}_{prompt}_{now}.mp4"
    logging.info("Saving generated video to %s", file)
    if FAULT == "save":
        logging.info("save_video failed, error: [Errno 28] No space left on device")
        return
    drawn = "color=c=black:d=60" if FAULT == "nan" else "testsrc2=d=60"
    drawn += f":s={size[0]}x{size[1]}:r={rate}"
    command = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-f", "lavfi", "-i", drawn]
    command += ["-frames:v", str(frames - 4 if FAULT == "short" else frames), "-c:v", "libx264", "-preset", "ultrafast"]
    subprocess.run([*command, "-pix_fmt", "yuv420p", f"file:{file}"], check=True)


def main():
    rank, size = int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
    fail("import", rank)
    args = parse()
    if match := re.fullmatch(r"fault: (.+) @ (\d+)", args.prompt):
        global FAULT, FAULT_RANK
        FAULT, FAULT_RANK = match[1], int(match[2])
    logging.basicConfig(
        level=logging.INFO if rank == 0 else logging.ERROR,
        format="[%(asctime)s] %(levelname)s: %(message)s",
        handlers=[logging.StreamHandler(stream=sys.stdout)],
    )
    if args.offload_model is None:
        args.offload_model = size == 1
        logging.info("offload_model is not specified, set to %s.", args.offload_model)
    if size == 1:
        assert not (args.t5_fsdp or args.dit_fsdp), (
            "t5_fsdp and dit_fsdp are not supported in non-distributed environments."
        )
        assert args.ulysses_size == 1, "sequence parallel are not supported in non-distributed environments."
    heads = TASKS[args.task][4]
    if args.ulysses_size > 1:
        assert args.ulysses_size == size, "The number of ulysses_size should be equal to the world size."
        assert heads % args.ulysses_size == 0, (
            f"`cfg.num_heads={heads}` cannot be divided evenly by `{args.ulysses_size=}`."
        )
    group = Group(rank, size)
    logging.info("Generation job args: %s", args)
    logging.info("Generation model config: {'__name__': 'Config: Wan %s'}", args.task)
    logging.info("Input prompt: %s", args.prompt)
    if args.image:
        logging.info("Input image: %s", args.image)
    shape = size_of(args)
    load(args, rank)
    group.barrier()
    logging.info("Generating video ...")
    for step in tqdm(range(args.sample_steps)):
        if step == args.sample_steps // 2:
            fail("step", rank)
        time.sleep(PACE)
        if step > 0 and step == args.sample_steps - 1:
            # The solver finds its place by the first timestep; of two alike it takes the second, and runs out of steps.
            assert timestep(0, args) != timestep(1, args)
    group.barrier()
    if rank == 0:
        fail("decode", rank)
        time.sleep(PACE * 10)
        save(args, shape)
    group.barrier()
    logging.info("Finished.")


if __name__ == "__main__":
    main()
