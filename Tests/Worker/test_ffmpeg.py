"""ffmpeg is run with a time limit."""

import os
import subprocess
import unittest
from unittest import mock

from worker import WorkerTestCase
import prepare
import rehearse
from maas_worker import ffmpeg
from maas_worker.failure import TooSlow
from maas_worker.picture import open_picture


class TimeLimitTests(WorkerTestCase):
    def test_a_slow_machine_is_neither_the_tasks_fault_nor_the_images(self):
        picture, video = self.make_picture(), self.directory / "raw.mp4"
        video.touch()
        run = subprocess.run

        def slow(command, **options):
            if tool in command:
                raise subprocess.TimeoutExpired(command, options["timeout"])
            return run(command, **options)

        for tool, program in [
            ("ffprobe", lambda: open_picture(picture)),
            ("ffprobe", lambda: ffmpeg.probe(video)),
            ("ffmpeg", lambda: self.main(prepare, "--input", picture, "--output", self.directory / "picture.png")),
            ("ffmpeg", lambda: self.main(rehearse, self.directory)),
        ]:
            with mock.patch("subprocess.run", slow), self.assertRaises(TooSlow) as raised:
                program()
            self.assertEqual(raised.exception.status, os.EX_TEMPFAIL)

    def main(self, program, *arguments):
        with mock.patch("sys.argv", [program.__name__, *map(str, arguments)]):
            program.main()


if __name__ == "__main__":
    unittest.main()
