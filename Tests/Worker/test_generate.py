"""generate.py makes exactly the requested clip."""

import os
import random
import re
import subprocess
import sys
import unittest
from pathlib import Path

from worker import WORKER, WorkerTestCase, exif, with_exif
from maas_worker import ffmpeg


class GenerateTests(WorkerTestCase):
    def generate(self, *arguments, **environment):
        return self.run_program("generate.py", "--model", "demo", "--pace", 0, "--save_file", "raw.mp4", *arguments, **environment)

    def generated(self, *arguments, **environment) -> ffmpeg.Video:
        done = self.generate(*arguments, **environment)
        self.assertEqual(done.returncode, 0, done.stderr)
        return ffmpeg.probe(self.directory / "raw.mp4")

    def pixels(self, seconds: float = 0) -> bytes:
        """One frame as RGB, at most 16 by 16."""
        return self.ffmpeg(
            *["-ss", seconds, "-i", "raw.mp4", "-frames:v", 1],
            *["-vf", "scale=16:16:flags=area", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"],
        )

    def test_frames_and_size_are_exact(self):
        for size, frames in [("832x480", 49), ("480x832", 5), ("64x64", 1), ("322*182", 17)]:
            with self.subTest(size, frames=frames):
                video = self.generated("--prompt", "雪", "--size", size, "--frames", frames, "--steps", 2)
                self.assertEqual(f"{video.width}x{video.height}", size.replace("*", "x"))
                self.assertEqual((video.frames, video.rate), (frames, 16))

    def test_previews_are_written_to_the_directory_for_them(self):
        previews = self.directory / "previews"
        previews.mkdir()
        script = "import generate; from maas_worker import demo; demo.Previews.INTERVAL = 0; generate.main()"
        arguments = ["--model=demo", "--prompt", "雪", "--size=320x240", "--frames=5", "--steps=3", "--pace=0"]
        arguments.append("--save_file=raw.mp4")
        environment = {**os.environ, "PYTHONPATH": str(WORKER), "MAAS_PREVIEW_DIR": str(previews)}
        for picture in [[], ["--image", str(self.make_picture())]]:
            command = [sys.executable, "-B", "-c", script, *arguments, *picture]
            done = subprocess.run(command, cwd=self.directory, env=environment, capture_output=True, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
            names = sorted(path.name for path in previews.iterdir())
            self.assertEqual(names, ["0001.jpg", "0002.jpg", "0003.jpg"])
            for path in previews.iterdir():
                self.assertTrue(path.read_bytes().startswith(b"\xff\xd8"))
                path.unlink()

    def test_pictures_of_every_shape(self):
        for size in ["64x48", "1x3000", "3000x1", "1x1", "1920x1080"]:
            with self.subTest(size):
                picture = self.make_picture("in.png", size)
                video = self.generated("--image", picture, "--size", "128x96", "--frames", 9, "--steps", 1)
                self.assertEqual((video.width, video.height, video.frames), (128, 96, 9))

    def test_every_orientation_comes_out_upright(self):
        # Red, green / blue, white when upright; each orientation is stored as a camera would store it.
        stored = {
            1: ["null"],
            2: ["hflip"],
            3: ["hflip,vflip"],
            4: ["vflip"],
            5: ["transpose=cclock_flip"],
            6: ["transpose=cclock"],
            7: ["transpose=clock_flip"],
            8: ["transpose=clock"],
        }
        card = "color=red:s=64x64[a];color=lime:s=64x64[b];color=blue:s=64x64[c];color=white:s=64x64[d];"
        card += "[a][b]hstack[t];[c][d]hstack[u];[t][u]vstack,"
        for value, filters in stored.items():
            with self.subTest(value):
                self.ffmpeg("-filter_complex", card + filters[0], "-frames:v", 1, "-q:v", 1, "card.jpg")
                path = self.directory / "card.jpg"
                path.write_bytes(with_exif(path.read_bytes(), exif(value)))
                self.generated("--image", path, "--size", "128x128", "--frames", 1, "--steps", 1)
                rgb = self.pixels()
                corners = [rgb[3 * at : 3 * at + 3] for at in (17, 30, 16 * 14 + 1, 16 * 14 + 14)]
                bright = ["".join("1" if part > 127 else "0" for part in corner) for corner in corners]
                self.assertEqual(bright, ["100", "010", "001", "111"])

    def test_the_seed_decides(self):
        frames = []
        for seed in [1, 1, 2]:
            self.generated("--prompt", "sea", "--seed", seed, "--size", "64x64", "--frames", 5, "--steps", 1)
            frames.append(self.pixels())
        self.assertEqual(frames[0], frames[1])
        self.assertNotEqual(frames[0], frames[2])

    def test_hostile_prompts_are_drawn_not_obeyed(self):
        chance = random.Random(3)
        prompts = [
            "hi',drawtext=fontfile=font:textfile=/etc/hostname,null='",
            "%{localtime} %{pts} $(touch pwned) `touch pwned` ; touch pwned",
            "--save_file=/tmp/elsewhere",
            "-",
            "--",
            "\x01\x1b[31m\r\n100%|##########| 20/20 [00:01<00:00, 9it/s]",
            "a" * 5000,
            "".join(chr(chance.choice([chance.randrange(1, 128), chance.randrange(1, 0xD800)])) for _ in range(2000)),
        ]
        for prompt in prompts:
            with self.subTest(prompt[:40]):
                done = self.generate("--prompt", prompt, "--size", "96x64", "--frames", 1, "--steps", 2)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(sorted(path.name for path in self.directory.iterdir()), ["raw.mp4"])

    def test_the_output_is_like_that_of_wan(self):
        done = self.generate("--prompt", "secret words", "--size", "64x64", "--frames", 1, "--steps", 3)
        lines = done.stdout.splitlines()
        for line in lines:
            self.assertRegex(line, r"^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}\] INFO: ")
        texts = [line.partition("INFO: ")[2] for line in lines]
        expected = ["Creating DemoT2V pipeline.", "Generating video ...", "Finished."]
        self.assertEqual([text for text in texts if text in expected], expected)
        self.assertNotIn("secret", done.stdout + done.stderr)
        bars = re.findall(r"\s +\d+%\|[ #0-9]{10}\| (\d)/3 \[", done.stderr)
        self.assertEqual(bars, ["0", "1", "2"])

    def test_bad_arguments_name_the_field(self):
        cases = {
            "size": ["--size", "832"],
            "frames": ["--frames", "0"],
            "steps": ["--steps", "many"],
            "seed": ["--seed", "-2"],
            "pace": ["--pace", "nan"],
            "model": ["--model", "other"],
        }
        for field, arguments in cases.items():
            with self.subTest(field):
                done = self.generate(*arguments)
                self.assertEqual(done.returncode, 2)
                self.assertIn(f"generate.py: error: argument --{field}", done.stderr)

    def test_bad_pictures_end_with_their_own_status(self):
        path = self.directory / "in.jpg"
        path.write_bytes(b"GIF89a" + bytes(100))
        done = self.generate("--image", path)
        self.assertEqual(done.returncode, os.EX_DATAERR)
        self.assertEqual(done.stderr, "generate.py: error: the picture is neither JPEG, PNG nor WebP\n")
        self.assertFalse((self.directory / "raw.mp4").exists())

    def test_a_missing_font_is_the_images_fault(self):
        done = self.generate("--prompt", "雪", "--size", "64x64", "--frames", 1, "--steps", 1, MAAS_FONT="/none")
        self.assertEqual(done.returncode, os.EX_UNAVAILABLE)
        self.assertEqual(list(self.directory.iterdir()), [])

    def test_wan_is_not_installed(self):
        done = self.generate("--model", "wan2.2-ti2v-5b", WAN_HOME=str(self.directory))
        self.assertEqual(done.returncode, os.EX_UNAVAILABLE)

    def test_wan_gets_its_own_arguments(self):
        (self.directory / "generate.py").write_text("import sys, os; print(sys.argv[1:], os.getcwd())\n")
        done = self.generate(
            *["--model", "wan2.2-ti2v-5b", "--prompt", "-x", "--seed", 3, "--size", "1280x704", "--", "--t5_cpu"],
            WAN_HOME=str(self.directory),
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        line = done.stdout.splitlines()[-1]
        self.assertIn("'--task', 'ti2v-5B', '--size', '1280*704'", line)
        self.assertIn("'--t5_cpu', '--prompt=-x'", line)
        self.assertTrue(line.endswith(str(Path(self.directory).resolve())))


if __name__ == "__main__":
    unittest.main()
