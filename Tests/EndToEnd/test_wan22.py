"""Wan2.2's templates on a cluster of two nodes: everything is real but Wan2.2 itself, for which its stand-in runs."""

import base64
import os
import re
import shutil
import struct
import subprocess
import sysconfig
import tempfile
import unittest
from pathlib import Path

from product import APIError, Product

ROOT = Path(__file__).resolve().parents[2]
PRODUCT_VARIABLES = ("MAAS_", "S3_", "REDIS_", "DATABASE_", "KUBECONFIG")


@unittest.skipUnless("MAAS_URL" in os.environ, "needs what make up builds")
class Wan22Tests(unittest.TestCase):
    limit = 1300

    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory(prefix="maas-wan-")
        cls.addClassCleanup(scratch.cleanup)
        cls.directory = Path(scratch.name)
        cls.directory.chmod(0o755)
        cls.lay_out()
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(PRODUCT_VARIABLES)}
        cls.environment = {
            **inherited,
            "MAAS_SKIP_BUILD": "1",
            "MAAS_HOME": str(cls.directory / "home"),
            "MAAS_PORT": "0",
            "MAAS_CONFIGURATION": str(cls.directory / "services.yaml"),
            "MAAS_TEMPLATES": str(cls.directory / "templates"),
            "MAAS_OFFERED_TEMPLATES": "",
            "MAAS_WEB_DIRECTORY": str(ROOT / "web"),
        }
        cls.addClassCleanup(cls.script, "down")
        cls.script("up")
        text = (cls.directory / "home" / "dev.env").read_text()
        cls.product = Product(dict(re.findall(r"^export (\w+)='?([^'\n]*)'?$", text, re.MULTILINE)))

    @classmethod
    def script(cls, name: str):
        command = [ROOT / "scripts" / name]
        done = subprocess.run(command, env=cls.environment, capture_output=True, text=True, timeout=300)
        if done.returncode:
            raise AssertionError(done.stderr[-2000:])

    @classmethod
    def lay_out(cls):
        """A machine that has the model: its program and its weights, and two nodes for it."""
        model = cls.directory / "wan2.2"
        shutil.copytree(ROOT / "Tests" / "Support" / "wan2.2", model)
        shutil.copytree(Path(sysconfig.get_path("purelib")) / "tqdm", model / "tqdm")
        weights = cls.directory / "weights"
        for name in ["T2V-A14B", "I2V-A14B", "TI2V-5B"]:
            (weights / f"Wan2.2-{name}").mkdir(parents=True)
            for file in ["models_t5_umt5-xxl-enc-bf16.pth", "Wan2.1_VAE.pth", "Wan2.2_VAE.pth"]:
                (weights / f"Wan2.2-{name}" / file).touch()

        templates = cls.directory / "templates"
        templates.mkdir()
        for template in (ROOT / "k8s" / "templates").glob("wan2.2-*.yaml"):
            text = template.read_text()
            (templates / template.name).write_text(text.replace("path: /data/models/", f"path: {weights}/"))

        text = (ROOT / "services.yaml").read_text()
        text = text.replace("k8s/worker", str(ROOT / "k8s" / "worker"))
        text = text.replace("    - name: local\n", "    - {name: second, gpus: 4}\n    - name: local\n")
        text += f"    maas-wan2.2:latest:\n      binds:\n        /opt/wan2.2: {model}\n"
        (cls.directory / "services.yaml").write_text(text)

    def test_whoever_fails_the_user_is_told_why(self):
        # On one GPU, in another process of the node, and on the second node, whose first one only sees it gone.
        for fault, template, layout, code in [
            ("decode oom @ 0", "wan2.2-t2v-a14b", {}, "GPU_OOM"),
            ("step oom @ 1", "wan2.2-t2v-a14b", {"gpus": 4}, "GPU_OOM"),
            ("step oom @ 1", "wan2.2-ti2v-5b", {"workers": 1}, "GPU_OOM"),
            ("nan @ 0", "wan2.2-t2v-a14b", {}, "OUTPUT_MISSING"),
        ]:
            with self.subTest(fault, **layout):
                task = self.product.request("POST", "/v1/tasks", self.body(template, f"fault: {fault}", layout))
                ended = self.product.wait_for_state(task["task_id"], "FAILED", seconds=300)
                self.assertEqual(ended["error"]["code"], code, ended)

    def body(self, template: str, prompt: str, parameters: dict) -> dict:
        """A small task."""
        return {"template": template, "parameters": {"prompt": prompt, "frames": 9, "steps": 4, **parameters}}

    def make(self, template: str, image: bytes | None = None, **parameters) -> dict:
        """The task, when it has ended."""
        body = self.body(template, "-- a cat", parameters)
        if image:
            body["image"] = "data:image/jpeg;base64," + base64.b64encode(image).decode()
        task = self.product.request("POST", "/v1/tasks", body)
        return self.product.wait_for_state(task["task_id"], "COMPLETED", seconds=300)

    def card(self) -> bytes:
        """A picture as a phone takes it: stored lying, held upright, 480 wide and 640 high."""
        card = self.directory / "card.jpg"
        command = ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc=s=640x480", "-frames:v", "1", card]
        subprocess.run(command, check=True)
        # EXIF's orientation 6.
        block = b"Exif\0\0II*\0" + struct.pack("<IHHHIHHI", 8, 1, 0x0112, 3, 1, 6, 0, 0)
        jpeg = card.read_bytes()
        return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block + jpeg[2:]

    def test_one_gpu_several_and_two_nodes(self):
        card = self.card()
        large = [{}, {"gpus": 4}, {"gpus": 2, "workers": 1}]
        small = [{}, {"gpus": 2}, {"gpus": 1, "workers": 1}, {"gpus": 2, "workers": 1}]
        for template, image, size, due, layouts in [
            ("wan2.2-t2v-a14b", None, {}, [832, 480], large),
            # The picture decides the shape.
            ("wan2.2-i2v-a14b", card, {}, [544, 720], large),
            ("wan2.2-ti2v-5b", None, {"size": "704x1280"}, [704, 1280], small),
            ("wan2.2-ti2v-5b", card, {}, [800, 1088], small),
        ]:
            for layout in layouts:
                with self.subTest(template, picture=image is not None, **layout):
                    task = self.make(template, image, **size, **layout)
                    made = [task["result"][name] for name in ["width", "height", "frames"]]
                    self.assertEqual(made, [*due, 9])

    def test_what_the_model_cannot_do_is_refused_when_it_is_asked_for(self):
        for parameters, field in [
            ({"frames": 10}, "parameters.frames"),
            ({"size": "640x640"}, "parameters.size"),
            ({"gpus": 8, "workers": 1}, "parameters.gpus"),
            ({"gpus": 3}, "parameters.gpus"),
            ({"gpus": 2}, "parameters.gpus"),
            ({"workers": 1}, "parameters.gpus"),
        ]:
            with self.subTest(parameters), self.assertRaises(APIError) as refused:
                self.make("wan2.2-t2v-a14b", **parameters)
            self.assertEqual(refused.exception.status, 422)
            self.assertIn(field, str(refused.exception.body))


if __name__ == "__main__":
    unittest.main()
