"""Wan2.2 is started the way its number of GPUs needs."""

import os
import unittest
from pathlib import Path

import worker
from maas_worker.failure import BadArgument
from maas_worker.request import GenerationRequest
from maas_worker.wan import SHOWN_LINES, SHOWN_LOGS, TIMEOUT, last_words, launch

LOGS = Path("/out/ranks")


def request(**changes) -> GenerationRequest:
    values = dict(model="wan2.2-i2v-a14b", prompt="p", image=Path("/in"), width=832, height=480, frames=81, steps=40)
    return GenerationRequest(**{**values, "seed": 5, "save_file": Path("/out/raw.mp4"), **changes})


class LaunchTests(unittest.TestCase):
    def test_one_gpu(self):
        command, environment = launch(request(), {"WORLD_SIZE": "1", "RANK": "0", "MAAS_PYTHON": "python3"}, LOGS)
        self.assertEqual(command[:4], ["python3", "generate.py", "--task", "i2v-A14B"])
        self.assertIn("--offload_model", command)
        self.assertEqual(command[-1], "--prompt=p")
        self.assertNotIn("WORLD_SIZE", environment)
        self.assertNotIn("RANK", environment)

    def test_several_gpus(self):
        layout = {"PET_NNODES": "2", "PET_NPROC_PER_NODE": "4", "WORLD_SIZE": "8", "MAAS_PYTHON": "python3"}
        command, environment = launch(request(), layout, LOGS)
        torchrun = ["python3", "-m", "torch.distributed.run", "--local-ranks-filter", "0"]
        torchrun += ["--log-dir", "/out/ranks", "--redirects", "1:3,2:3,3:3"]
        self.assertEqual(command[: len(torchrun) + 1], [*torchrun, "generate.py"])
        self.assertEqual(command[command.index("--ulysses_size") + 1], "8")
        self.assertIn("--dit_fsdp", command)
        self.assertEqual(environment["WORLD_SIZE"], "8")
        self.assertNotIn("--offload_model", command)

    def test_one_process_a_node(self):
        command, _ = launch(request(), {"PET_NNODES": "2", "PET_NPROC_PER_NODE": "1", "WORLD_SIZE": "2"}, LOGS)
        self.assertNotIn("--redirects", command)
        self.assertEqual(command[command.index("--ulysses_size") + 1], "2")

    def test_heads_that_cannot_be_shared(self):
        for model, nodes, each in [("wan2.2-i2v-a14b", "2", "8"), ("wan2.2-ti2v-5b", "1", "5")]:
            with self.assertRaisesRegex(BadArgument, "attention heads"):
                launch(request(model=model), {"PET_NNODES": nodes, "PET_NPROC_PER_NODE": each}, LOGS)

    def test_the_small_model_keeps_its_text_encoder_on_the_cpu(self):
        small = request(model="wan2.2-ti2v-5b", width=1280, height=704)
        for each in ["1", "4"]:
            command, _ = launch(small, {"PET_NNODES": "1", "PET_NPROC_PER_NODE": each}, LOGS)
            for flag in ["--t5_cpu", "--convert_model_dtype", "--offload_model"]:
                self.assertIn(flag, command)
            self.assertNotIn("--dit_fsdp", command)
            self.assertNotIn("--t5_fsdp", command)

    def test_processes_with_their_text_encoder_on_the_cpu_share_its_cores(self):
        small, cores = request(model="wan2.2-ti2v-5b", width=1280, height=704), len(os.sched_getaffinity(0))
        for model, nodes, each, own, due in [
            (small, "2", "1", {}, str(cores)),
            (small, "1", "2", {}, str(max(1, cores // 2))),
            (small, "1", "8", {}, str(max(1, cores // 8))),
            (small, "1", "2", {"OMP_NUM_THREADS": "3"}, "3"),
            (small, "1", "1", {}, None),
            (request(), "1", "2", {}, None),
        ]:
            layout = {"PET_NNODES": nodes, "PET_NPROC_PER_NODE": each, **own}
            self.assertEqual(launch(model, layout, LOGS)[1].get("OMP_NUM_THREADS"), due, layout)

    def test_processes_left_to_the_operator(self):
        command, _ = launch(request(), {"PET_NNODES": "1", "PET_NPROC_PER_NODE": "auto", "WORLD_SIZE": "4"}, LOGS)
        self.assertEqual(command[command.index("--ulysses_size") + 1], "4")

    def test_text_only(self):
        command, _ = launch(request(model="wan2.2-t2v-a14b", image=None, prompt=""), {}, LOGS)
        self.assertNotIn("--image", command)
        self.assertEqual(command[-1], "--prompt=")


class TracebackTests(worker.WorkerTestCase):
    def write(self, rank: int, lines: list[str]):
        log = self.directory / "none_x1y2z3" / "attempt_0" / str(rank) / "stderr.log"
        log.parent.mkdir(parents=True)
        log.write_text("".join(f"{line}\n" for line in lines))

    def test_the_loss_of_another_process_is_shown_after_the_cause(self):
        echo = "torch.distributed.DistBackendError: NCCL error in: ProcessGroupNCCL.cpp:3353, remote process exited"
        ends = {rank: echo for rank in range(1, 8)} | {6: "RuntimeError: CUDA error: an illegal memory access"}
        for rank, end in ends.items():
            marked = ["Traceback (most recent call last):", *[f"  line {number}" for number in range(20)], end]
            self.write(rank, [f"[rank{rank}]: {line}" for line in marked])
        shown = last_words(self.directory)
        self.assertEqual(len(shown), SHOWN_LOGS * SHOWN_LINES + 1)
        self.assertEqual(shown[SHOWN_LINES - 1], f"rank 6: [rank6]: {ends[6]}")
        self.assertEqual(shown[-1], f"cause on rank 6: {ends[6]}")

    def test_a_process_without_memory_for_nccl_has_lost_nobody(self):
        lost = ["NCCL error in: ProcessGroupNCCL.cpp:3353, remote process exited", "Last error:", "Connection closed"]
        own = ["NCCL error in: ProcessGroupNCCL.cpp:3353, unhandled cuda error", "Cuda failure 2 'out of memory'"]
        for rank in range(1, 8):
            lines = own if rank == 7 else lost
            self.write(rank, ["Traceback (most recent call last):", *lines])
        self.assertEqual(last_words(self.directory)[2], f"rank 7: {own[1]}")

    def test_what_ends_in_cpp_is_shown_without_its_frames_and_after_what_it_waited_for(self):
        what = f"  what():  [PG ID 0 PG GUID 0(default_pg) Rank 1] {TIMEOUT}: WorkNCCL(SeqNum=7, OpType=ALLREDUCE)"
        frames = [f"frame #{number}: c10::Error::Error(c10::SourceLocation, std::string)" for number in range(20)]
        for rank in [*range(1, 6), 7]:
            self.write(rank, ["terminate called after throwing an instance of 'c10::DistBackendError'", what, *frames])
        cause = "RuntimeError: CUDA error: an illegal memory access was encountered"
        self.write(6, ["Traceback (most recent call last):", cause])
        shown = last_words(self.directory)
        self.assertEqual(shown[1], f"rank 6: {cause}")
        self.assertIn(f"rank 1: {what}", shown)
        self.assertNotIn("frame #", "".join(shown))

    def test_the_cause_is_the_error_after_the_last_frames(self):
        first = ["Traceback (most recent call last):", "  first", "KeyError: 'first'", ""]
        between = "During handling of the above exception, another exception occurred:"
        last = ["Traceback (most recent call last):", "  last", "ValueError: no", "    such thing", "at all"]
        lines = [f"[rank1]: {line}" for line in [*first, between, "", *last]]
        lines.insert(-3, "[rank1]:[W1124 04:12:01 ProcessGroupNCCL.cpp:1250] Warning: the group is still there")
        self.write(1, lines)
        self.write(2, ["a warning", *last])
        self.write(3, ["terminate called after throwing an instance of 'std::bad_alloc'", "  what():  std::bad_alloc"])
        told = [line for line in last_words(self.directory) if line.startswith("cause")]
        self.assertEqual(told, ["cause on rank 1: ValueError: no", "cause on rank 2: ValueError: no"])

    def test_nothing_is_shown_without_an_end(self):
        self.write(1, ["a warning"])
        self.assertEqual(last_words(self.directory), [])


if __name__ == "__main__":
    unittest.main()
