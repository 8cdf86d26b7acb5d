"""prepare.py converts any picture to one that all generators read alike."""

import os
import unittest

from worker import KILLED, WorkerTestCase, exif, with_exif


class PrepareTests(WorkerTestCase):
    def prepare(self, name: str, **environment: str):
        return self.run_program("prepare.py", "--input", name, "--output", "picture.png", **environment)

    def pixels(self, name: str) -> tuple[list[int], bytes]:
        """The size, and a small copy in grey."""
        grey = self.ffmpeg("-noautorotate", "-i", name, "-vf", "scale=16:16", "-f", "rawvideo", "-pix_fmt", "gray", "-")
        return self.size_of(name), grey

    def test_a_picture_is_turned_upright(self):
        jpeg = self.make_picture(size="64x48").read_bytes()
        turns = {1: "null", 3: "hflip,vflip", 6: "transpose=clock", 8: "transpose=cclock", 5: "transpose=cclock_flip"}
        for orientation, turn in turns.items():
            (self.directory / "turned.jpg").write_bytes(with_exif(jpeg, exif(orientation)))
            done = self.prepare("turned.jpg")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.ffmpeg("-i", "in.jpg", "-vf", turn, "expected.png")
            size, grey = self.pixels("picture.png")
            expected_size, expected = self.pixels("expected.png")
            self.assertEqual(size, expected_size)
            self.assertLess(max(abs(a - b) for a, b in zip(grey, expected)), 4)

    def test_formats(self):
        for name in ["in.png", "in.jpg", "in.webp"]:
            self.make_picture(name)
            self.assertEqual(self.prepare(name).returncode, 0, name)
            self.assertEqual((self.directory / "picture.png").read_bytes()[:4], b"\x89PNG")

    def test_a_huge_picture_becomes_smaller(self):
        self.make_picture("wide.png", size="8000x2000")
        self.assertEqual(self.prepare("wide.png").returncode, 0)
        self.assertEqual(self.pixels("picture.png")[0], [4096, 1024])

    def test_an_ffmpeg_that_is_killed_is_not_the_pictures_fault(self):
        self.make_picture()
        self.assertEqual(self.prepare("in.jpg", **self.replace_ffmpeg(KILLED)).returncode, 137)

    def test_files_that_are_no_pictures(self):
        (self.directory / "cut.jpg").write_bytes(self.make_picture().read_bytes()[:300])
        (self.directory / "text").write_text("#EXTM3U\n/etc/passwd\n")
        for name in ["cut.jpg", "text"]:
            self.assertEqual(self.prepare(name).returncode, os.EX_DATAERR, name)
            self.assertFalse((self.directory / "picture.png").exists())
        self.assertEqual(self.prepare("missing").returncode, os.EX_NOINPUT)


if __name__ == "__main__":
    unittest.main()
