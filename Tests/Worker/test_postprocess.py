"""What is handed out carries both labels, and nothing short is handed out."""

import json
import os
import unittest

from worker import WorkerTestCase
from maas_worker import aigc, ffmpeg, mp4


class PostprocessTests(WorkerTestCase):
    def make_raw(self, frames: int = 9, size: str = "320x180"):
        self.ffmpeg("-f", "lavfi", "-i", f"color=gray:s={size}:r=16", "-frames:v", frames, "raw.mp4")

    def postprocess(self, *arguments):
        files = ["--input", "raw.mp4", "--output", "video.mp4", "--facts", "video.json"]
        return self.run_program("postprocess.py", *files, "--content-id", "01abc-1", *arguments)

    def assert_refused(self, done, status: int, message: str):
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertIn(message, done.stderr)
        self.assertFalse((self.directory / "video.mp4").exists())
        self.assertFalse((self.directory / "video.json").exists())

    def test_labels_index_and_facts(self):
        self.make_raw()
        done = self.postprocess("--frames", 9)
        self.assertEqual(done.returncode, 0, done.stderr)
        path = self.directory / "video.mp4"
        video = ffmpeg.probe(path)
        label = json.loads(video.tags["AIGC"])
        self.assertEqual(label["Label"], "1")
        self.assertEqual(label["ProduceID"], "01abc-1")
        self.assertEqual(len(label), 7)
        self.assertEqual(mp4.top_level_boxes(path)[:2], ["ftyp", "moov"])
        facts = json.loads((self.directory / "video.json").read_text())
        self.assertEqual(facts, {"width": 320, "height": 180, "frames": 9, "duration_ms": 563})

    def test_the_watermark_is_in_the_first_and_the_last_frame(self):
        self.make_raw(33)
        self.postprocess()
        for seconds in ["0", "2"]:
            corner = self.ffmpeg(
                *["-ss", seconds, "-i", "video.mp4", "-frames:v", 1, "-vf", "crop=iw/3:ih/5:2*iw/3:0"],
                *["-f", "rawvideo", "-pix_fmt", "gray", "-"],
            )
            self.assertGreater(sum(level > 200 for level in corner), 40)

    def test_the_size_of_the_watermark(self):
        self.assertEqual(aigc.explicit_size(832, 480), 34)
        self.assertEqual(aigc.explicit_size(720, 1280), 51)

    def test_sound_is_kept(self):
        sound = ["-f", "lavfi", "-i", "sine=d=1", "-shortest"]
        self.ffmpeg("-f", "lavfi", "-i", "color=gray:s=64x64:r=16:d=1", *sound, "raw.mp4")
        self.assertEqual(self.postprocess("--frames", 16).returncode, 0)
        self.ffmpeg("-i", "video.mp4", "-map", "0:a:0", "-f", "null", "-")

    def test_a_short_clip_is_refused(self):
        self.make_raw(8)
        self.assert_refused(self.postprocess("--frames", 9), os.EX_CANTCREAT, "made 8 frames, ordered were 9")

    def test_a_missing_clip_is_refused(self):
        self.assert_refused(self.postprocess(), os.EX_CANTCREAT, "raw.mp4 is not there")

    def test_a_cut_clip_is_refused(self):
        self.make_raw()
        raw = self.directory / "raw.mp4"
        raw.write_bytes(raw.read_bytes()[:48])
        self.assert_refused(self.postprocess(), os.EX_CANTCREAT, "not a readable video")

    def test_a_producer_the_standard_does_not_allow(self):
        self.make_raw(1)
        for producer in ["two words", 'a"b', "a\\b", "公司"]:
            self.assert_refused(self.postprocess("--producer", producer), 2, "printable ASCII")


if __name__ == "__main__":
    unittest.main()
