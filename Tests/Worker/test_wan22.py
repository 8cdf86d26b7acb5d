"""Wan2.2 from the template's arguments to the object store: the real run.sh and reporter around a stand-in that has its
command line, log lines, bars and failures."""

import json
import signal
import tempfile
import unittest
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

import pod
from worker import WorkerTestCase, exif, with_exif
from maas_worker import ffmpeg

PROMPT = "-- a cat\n[2026-11-24 04:00:00,000] INFO: Saving generated video to x\r 99%|#| 3/4 [00:00<00:00, 1it/s]"


@dataclass(frozen=True)
class Kind:
    """A way to use a model: what is requested, and the expected size and rate of the video."""

    name: str
    model: str
    size: str
    made: tuple[int, int]
    rate: int
    picture: str | None = None  # width and height, before it is turned


KINDS = [
    Kind("text to video", "wan2.2-t2v-a14b", "832x480", (832, 480), 16),
    # With a picture the size is an area: sides in the picture's ratio, multiples of 16, and of 32 for the small model.
    Kind("picture to video", "wan2.2-i2v-a14b", "832x480", (544, 720), 16, picture="640x480"),
    Kind("the small model with text", "wan2.2-ti2v-5b", "1280x704", (1280, 704), 24),
    Kind("the small model with a picture", "wan2.2-ti2v-5b", "1280x704", (704, 1248), 24, picture="1920x1080"),
]


@unittest.skipIf(pod.MISSING, f"needs {pod.MISSING}")
class Wan22Tests(WorkerTestCase):
    def setUp(self):
        super().setUp()
        self.attempt = pod.Attempt()
        self.weights = self.directory / "weights"
        self.weights.mkdir()
        for name in ["models_t5_umt5-xxl-enc-bf16.pth", "Wan2.1_VAE.pth", "Wan2.2_VAE.pth"]:
            (self.weights / name).touch()

    def arguments(self, model: str = "wan2.2-t2v-a14b", size: str = "832x480") -> list[str]:
        sizes = [f"--size={size}", "--frames=9", "--steps=4", "--seed=7"]
        return [f"--model={model}", f"--prompt={PROMPT}", *sizes, "--", "--sample_shift=3.0"]

    def node(self, **layout: int) -> pod.Node:
        rank = layout.get("rank", 0)
        return pod.Node(self.attempt, self.directory / f"node{rank}", self.weights, **layout)

    def run_one(self, *arguments: str, each: int = 1, **environment: str) -> tuple[pod.Node, int]:
        """Runs one pod to its end."""
        node = self.node(each=each)
        self.assertEqual(node.fetch(), 0)
        return node, node.start(*(arguments or self.arguments()), **environment).finish()

    def check_delivery(self, node: pod.Node, status: int, size: tuple[int, int], rate: int = 16):
        """The video is stored with its pictures, and the events are complete and ordered."""
        self.assertEqual(status, 0, node.errors)
        stored = self.directory / "stored.mp4"
        stored.write_bytes(self.attempt.object("video.mp4"))
        video = ffmpeg.probe(stored)
        self.assertEqual((video.width, video.height, video.frames, video.rate), (*size, 9, rate))
        self.assertEqual(json.loads(video.tags["AIGC"])["ProduceID"], f"{pod.TASK}-1")
        for name in ["thumbnail.jpg", "spritesheet.jpg"]:
            self.assertTrue(self.attempt.object(name).startswith(b"\xff\xd8\xff"), name)

        events = self.attempt.events()
        self.assertEqual(events[-1]["type"], "succeeded")
        self.assertEqual(int(events[-1]["size"]), stored.stat().st_size)
        self.assertEqual([events[-1][name] for name in ["width", "height", "frames"]], [*map(str, size), "9"])
        progress = [event for event in events if event["type"] == "progress"]
        percents = [float(event["percent"]) for event in progress]
        self.assertEqual(percents, sorted(percents))
        stages = list(dict.fromkeys(event["stage"] for event in progress))
        wanted = ["loading_model", "denoising", "decoding", "postprocessing", "uploading"]
        self.assertEqual([stage for stage in stages if stage != "downloading_inputs"], wanted)
        self.assertEqual([int(e["seq"]) for e in events], sorted({int(e["seq"]) for e in events}))
        self.assertNotIn("a cat", json.dumps(events))
        report = node.report()
        facts = ["key", "size", "sha256", "width", "height", "frames", "duration_ms"]
        self.assertEqual([str(report[name]) for name in facts], [events[-1][name] for name in facts])

    # Success

    def test_one_gpu(self):
        node, status = self.run_one()
        self.check_delivery(node, status, (832, 480))
        self.assertIn("offload_model=True", node.output)
        self.assertIn("convert_model_dtype=True", node.output)
        self.assertIn("sample_shift=3.0", node.output)
        self.assertIn("base_seed=7", node.output)

    def test_bars_as_tqdm_draws_them_by_itself(self):
        for locale in ["C.UTF-8", "C"]:
            with self.subTest(locale), tempfile.TemporaryDirectory() as directory:
                self.attempt = pod.Attempt()
                node = pod.Node(self.attempt, Path(directory) / "node", self.weights)
                own = {"TQDM_BAR_FORMAT": "{l_bar}{bar}{r_bar}", "LC_ALL": locale, "WAN_PACE": "0.6"}
                self.check_delivery(node, node.start(*self.arguments(), **own).finish(), (832, 480))
                percents = [float(event.get("percent", 0)) for event in self.attempt.events()]
                self.assertTrue(any(15 < percent < 85 for percent in percents), percents)

    @contextmanager
    def attempt_of(self, kind: Kind) -> Iterator[list[str]]:
        """A new attempt in a directory of its own; yields the generator's arguments."""
        kept = self.directory
        with self.subTest(kind.name), tempfile.TemporaryDirectory(dir=kept) as directory:
            self.attempt, self.directory = pod.Attempt(), Path(directory)
            try:
                if kind.picture:
                    # Held upright: turned by its EXIF data.
                    self.attempt.input = with_exif(self.make_picture(size=kind.picture).read_bytes(), exif(6))
                yield self.arguments(kind.model, kind.size)
            finally:
                self.directory = kept

    def test_one_process_of_each_model(self):
        for kind in KINDS:
            with self.attempt_of(kind) as arguments:
                node, status = self.run_one(*arguments)
                self.check_delivery(node, status, kind.made, kind.rate)
                self.assertIn("offload_model=True", node.output)
                self.assertIn(f"t5_cpu={kind.model.endswith('5b')}", node.output)

    def test_the_most_that_each_template_takes(self):
        for kind in KINDS:
            with self.attempt_of(kind) as arguments:
                header = (pod.ROOT / "k8s" / "templates" / f"{kind.model}.yaml").read_text().split("\n---\n")[0]
                properties = yaml.safe_load(header)["parameters"]["properties"]
                most = {name: properties[name]["maximum"] for name in ("steps", "shift")}
                arguments = [f"--steps={most['steps']}" if "--steps=" in one else one for one in arguments[:-1]]
                node, status = self.run_one(*arguments, f"--sample_shift={most['shift']}", WAN_PACE="0.01")
                self.check_delivery(node, status, kind.made, kind.rate)

    def test_several_processes_of_each_model(self):
        for kind in KINDS:
            with self.attempt_of(kind) as arguments:
                node, status = self.run_one(*arguments, each=4)
                self.check_delivery(node, status, kind.made, kind.rate)
                is_small = kind.model.endswith("5b")
                self.assertIn(f"offload_model={is_small}", node.output)
                self.assertIn("ulysses_size=4", node.output)
                self.assertIn(f"t5_fsdp={not is_small}, dit_fsdp={not is_small}, t5_cpu={is_small}", node.output)
                # Four processes, one voice.
                self.assertEqual(node.output.count("Generating video ..."), 1)
                self.assertEqual(node.errors.count("progress: 100%"), 1)

    def test_two_nodes_of_each_model(self):
        for kind in KINDS:
            with self.attempt_of(kind) as arguments:
                nodes = [self.node(rank=rank, nodes=2, each=2) for rank in (1, 0)]
                for node in nodes:
                    self.assertEqual(node.fetch(), 0)
                    node.start(*arguments)
                statuses = [node.finish() for node in nodes]
                self.assertEqual(statuses[0], 0, nodes[0].errors)
                self.check_delivery(nodes[1], statuses[1], kind.made, kind.rate)
                self.assertIn("ulysses_size=4", nodes[1].output)

    # Failure

    def check_failure(self, node: pod.Node, status: int, code: str, retryable: bool = False, exit_code: int = 1):
        self.assertEqual(status, exit_code, node.errors)
        last = self.attempt.events()[-1]
        self.assertEqual((last["type"], last.get("code")), ("failed", code), node.errors)
        self.assertEqual(last["retryable"], str(int(retryable)))
        self.assertEqual(last["exit_code"], str(exit_code))
        self.assertNotIn("a cat", last["message"])
        self.assertEqual(node.report()["code"], code)
        self.assertRegex(node.errors, f"the attempt failed.*{code}")
        self.assertIsNone(self.attempt.object("video.mp4"))

    def test_failures_on_one_gpu(self):
        for fault, code, retryable, status in [
            ("step oom", "GPU_OOM", False, 1),
            ("decode oom", "GPU_OOM", False, 1),
            ("step cuda", "CUDA_ERROR", True, 1),
            ("step flash", "NO_FLASH_ATTN", False, 1),
            ("import driver", "NO_GPU", True, 1),
            ("step killed", "HOST_OOM_OR_KILLED", True, 137),
            ("nan", "OUTPUT_MISSING", False, 73),
            ("save", "DISK_FULL", True, 73),
            ("short", "OUTPUT_MISSING", False, 73),
        ]:
            with self.subTest(fault), tempfile.TemporaryDirectory() as directory:
                self.attempt = pod.Attempt()
                node = pod.Node(self.attempt, Path(directory) / "node", self.weights)
                ended = node.start(*self.arguments(), WAN_FAULT=fault).finish()
                self.check_failure(node, ended, code, retryable, status)

    def test_failures_of_a_group(self):
        for fault, rank, code, retryable in [
            ("step oom", 0, "GPU_OOM", False),
            ("step oom", 1, "GPU_OOM", False),
            ("step killed", 1, "HOST_OOM_OR_KILLED", True),
            ("step nccl", 0, "NCCL_TIMEOUT", True),
            ("step nccl", 1, "NCCL_TIMEOUT", True),
            # Before the group has met, so that no other process says that it lost this one.
            ("import crash", 1, "CRASHED", True),
        ]:
            with self.subTest(f"{fault} on {rank}"), tempfile.TemporaryDirectory() as directory:
                self.attempt = pod.Attempt()
                node = pod.Node(self.attempt, Path(directory) / "node", self.weights, each=2)
                ended = node.start(*self.arguments(), WAN_FAULT=fault, WAN_FAULT_RANK=str(rank)).finish()
                self.check_failure(node, ended, code, retryable)

    def test_an_error_that_is_not_known_is_not_taken_for_its_echo(self):
        for rank in (0, 1):
            with self.subTest(rank), tempfile.TemporaryDirectory() as directory:
                self.attempt = pod.Attempt()
                node = pod.Node(self.attempt, Path(directory) / "node", self.weights, each=2)
                ended = node.start(*self.arguments(), WAN_FAULT="step unknown", WAN_FAULT_RANK=str(rank)).finish()
                self.assertIn("NCCL error", node.errors)
                self.check_failure(node, ended, "GENERATOR_FAILED")
                self.assertEqual(self.attempt.events()[-1]["message"], "ValueError: whatever")

    def test_weights_that_are_not_there(self):
        (self.weights / "Wan2.1_VAE.pth").unlink()
        self.check_failure(*self.run_one(), "CKPT_MISSING")

    def test_a_size_the_model_does_not_have(self):
        self.check_failure(*self.run_one(*self.arguments("wan2.2-ti2v-5b")), "BAD_ARGS")

    def test_heads_that_cannot_be_shared(self):
        self.check_failure(*self.run_one(*self.arguments(), each=3), "BAD_ARGS", exit_code=2)

    def test_a_hang_is_ended_by_whoever_stops_the_pod(self):
        for fault, grace, status in [("step hang", "20", 143), ("step deaf", "1", 137)]:
            with self.subTest(fault), tempfile.TemporaryDirectory() as directory:
                self.attempt = pod.Attempt()
                node = pod.Node(self.attempt, Path(directory) / "node", self.weights)
                node.start(*self.arguments(), WAN_FAULT=fault, MAAS_GRACE=grace)
                for line in node.process.stdout:
                    if b"hanging" in line:
                        break
                else:
                    self.fail(f"the pod ended with {node.finish()}: {node.errors}")
                node.process.send_signal(signal.SIGTERM)
                self.check_failure(node, node.finish(), "TERMINATED", True, status)

    def test_the_second_node_reports_why_it_failed(self):
        unknown = "GENERATOR_FAILED"
        for fault, each, code in [("oom", 1, "GPU_OOM"), ("unknown", 1, unknown), ("unknown", 2, unknown)]:
            with self.subTest(fault, each=each), tempfile.TemporaryDirectory() as directory:
                self.attempt, self.directory = pod.Attempt(), Path(directory)
                nodes = [self.node(rank=rank, nodes=2, each=each) for rank in (0, 1)]
                for node in nodes:
                    node.start(*self.arguments(), WAN_FAULT=f"step {fault}", WAN_FAULT_RANK=str(2 * each - 1))
                statuses = [node.finish() for node in nodes]
                self.assertNotIn(0, statuses)
                self.assertEqual(nodes[1].report()["code"], code)
                codes = [event["code"] for event in self.attempt.events() if event["type"] == "failed"]
                self.assertIn(code, codes)


if __name__ == "__main__":
    unittest.main()
