"""A delivered video carries both labels, and no short video is delivered."""

import json
import os
import unittest

from worker import KILLED, WorkerTestCase
from maas_worker import aigc, ffmpeg, mp4
from maas_worker.failure import Failure


class PostprocessTests(WorkerTestCase):
    def make_raw(self, frames: int = 9, size: str = "320x180"):
        # Grey with a small box: a video of one flat colour is refused.
        source = f"color=gray:s={size}:r=16,drawbox=0:ih-8:8:8:black:fill"
        self.ffmpeg("-f", "lavfi", "-i", source, "-frames:v", frames, "raw.mp4")

    def postprocess(self, *arguments, **environment: str):
        files = ["--input", "raw.mp4", "--output", "video.mp4", "--facts", "video.json"]
        return self.run_program("postprocess.py", *files, "--content-id", "01abc-1", *arguments, **environment)

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
        self.ffmpeg("-f", "lavfi", "-i", "testsrc=s=64x64:r=16:d=1", *sound, "raw.mp4")
        self.assertEqual(self.postprocess("--frames", 16).returncode, 0)
        self.ffmpeg("-i", "video.mp4", "-map", "0:a:0", "-f", "null", "-")

    def test_odd_sides_lose_a_column_and_a_row(self):
        self.ffmpeg("-f", "lavfi", "-i", "testsrc=s=333x187:r=16", "-frames:v", 9, "-pix_fmt", "yuv444p", "raw.mp4")
        done = self.postprocess("--frames", 9, "--thumbnail", "t.jpg", "--spritesheet", "s.jpg")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(self.size_of("video.mp4"), [332, 186])

    def test_a_short_clip_is_refused(self):
        self.make_raw(8)
        self.assert_refused(self.postprocess("--frames", 9), os.EX_CANTCREAT, "made 8 frames instead of 9")

    def test_a_flat_clip_is_refused(self):
        for colour in ["black", "gray"]:
            self.ffmpeg("-f", "lavfi", "-i", f"color={colour}:s=320x180:r=16", "-frames:v", 9, "raw.mp4")
            self.assert_refused(self.postprocess("--frames", 9), os.EX_CANTCREAT, "one flat colour")

    def test_one_picture_is_enough_not_to_be_flat(self):
        flat, card = "color=black:s=320x180:r=16:d=1[a]", "testsrc=s=320x180:r=16:d=0.0625[b]"
        graph = f"{flat};{card};[a][b]concat=n=2"
        self.ffmpeg("-filter_complex", graph, "raw.mp4")
        self.assertEqual(self.postprocess("--frames", 17).returncode, 0)

    def test_pictures_of_the_video(self):
        for frames, size, thumbnail, sheet in [
            (33, "832x480", [640, 370], [960, 552]),
            (5, "180x320", [180, 320], [720, 640]),
            (1, "64x64", [64, 64], [256, 64]),
        ]:
            self.ffmpeg("-f", "lavfi", "-i", f"testsrc=s={size}:r=16", "-frames:v", frames, "raw.mp4")
            done = self.postprocess("--frames", frames, "--thumbnail", "t.jpg", "--spritesheet", "s.jpg")
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertEqual(self.size_of("t.jpg"), thumbnail)
            self.assertEqual(self.size_of("s.jpg"), sheet)

    def test_pictures_that_cannot_be_made_fail_nothing(self):
        self.make_raw()
        done = self.postprocess("--thumbnail", "no/such/directory.jpg")
        self.assertEqual(done.returncode, 0)
        self.assertIn("warning: no pictures of the video", done.stderr)
        self.assertTrue((self.directory / "video.json").exists())

    def test_a_missing_clip_is_refused(self):
        self.assert_refused(self.postprocess(), os.EX_CANTCREAT, "left no video at --save_file")

    def test_a_cut_clip_is_refused(self):
        self.make_raw()
        raw = self.directory / "raw.mp4"
        raw.write_bytes(raw.read_bytes()[:48])
        self.assert_refused(self.postprocess(), os.EX_CANTCREAT, "not a readable video")

    def test_an_ffmpeg_that_is_killed_is_the_machines_fault_and_one_that_hangs_is_ended(self):
        self.make_raw()
        self.assert_refused(self.postprocess(**self.replace_ffmpeg(KILLED)), 137, "ffmpeg was killed")
        with self.assertRaisesRegex(Failure, "took longer"):
            ffmpeg.run("ffmpeg", ["-re", "-f", "lavfi", "-i", "testsrc", "-f", "null", "-"], seconds=0.1)

    def test_a_producer_the_standard_does_not_allow(self):
        self.make_raw(1)
        for producer in ["two words", 'a"b', "a\\b", "公司"]:
            self.assert_refused(self.postprocess("--producer", producer), 2, "printable ASCII")


if __name__ == "__main__":
    unittest.main()
