"""rehearse.py finds what an image lacks, in less time than a generation takes."""

import os
import shutil
import unittest
from unittest import mock

from worker import KILLED, WorkerTestCase
import rehearse
from maas_worker.failure import MissingTool

# An ffmpeg that has everything but one thing, as told by its arguments.
POOR = """#!/bin/sh
case " $* " in *"{lacks}"*) echo "{says}" >&2; exit 1 ;; esac
exec {ffmpeg} "$@"
"""

# An ffmpeg before 5.1.
OLD = """#!/bin/sh
case " $* " in
    *" -h long "*) {ffmpeg} "$@" | grep -v "fps_mode"; exit ;;
    *" -fps_mode "*) echo "Unrecognized option 'fps_mode'." >&2; exit 1 ;;
esac
exec {ffmpeg} "$@"
"""

# An ffmpeg from 9 on, whose help also says which options take a stream.
NEW = """#!/bin/sh
case " $* " in
    *" -h long "*) {ffmpeg} "$@" | sed 's/^-fps_mode /-fps_mode[:<stream_spec>] /; /^-vsync/d'; exit ;;
    *" -vsync "*) echo "Unrecognized option 'vsync'." >&2; exit 1 ;;
esac
exec {ffmpeg} "$@"
"""


class RehearseTests(WorkerTestCase):
    def rehearse(self, *arguments, ffmpeg: str = "", **environment):
        if ffmpeg:
            environment |= self.replace_ffmpeg(ffmpeg)
        (self.directory / "output").mkdir(exist_ok=True)
        done = self.run_program("rehearse.py", "output", *arguments, **environment)
        self.assertEqual(list((self.directory / "output").iterdir()), [])
        return done

    def test_an_image_that_has_everything(self):
        done = self.rehearse()
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    def test_what_is_missing_is_named(self):
        for lacks, says in [
            ("drawtext=", "No such filter: 'drawtext'"),
            ("libx264", "Unknown encoder 'libx264'"),
        ]:
            done = self.rehearse(ffmpeg=POOR.format(lacks=lacks, says=says, ffmpeg=shutil.which("ffmpeg")))
            self.assertEqual(done.returncode, os.EX_UNAVAILABLE)
            self.assertIn(says, done.stderr)
        self.assertIn("no font with Chinese", self.rehearse(MAAS_FONT="/none").stderr)
        self.assertIn("ffmpeg is not installed", self.rehearse(PATH="/nowhere").stderr)

    def test_an_ffmpeg_that_is_killed_is_not_the_images_fault(self):
        done = self.rehearse(ffmpeg=KILLED)
        self.assertEqual(done.returncode, 137, done.stderr)

    def test_an_older_ffmpeg_is_enough_and_a_newer_one_too(self):
        for script in [OLD, NEW]:
            done = self.rehearse(ffmpeg=script.format(ffmpeg=shutil.which("ffmpeg")))
            self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_an_older_python_is_not_enough(self):
        with mock.patch("sys.argv", ["rehearse.py", str(self.directory)]), mock.patch("sys.version_info", (3, 9, 18)):
            with self.assertRaisesRegex(MissingTool, "Python is 3.9, and 3.10"):
                rehearse.main()

    def test_a_producer_that_cannot_be_named(self):
        done = self.rehearse(MAAS_AIGC_PRODUCER="two words")
        self.assertEqual(done.returncode, os.EX_UNAVAILABLE)
        self.assertIn("MAAS_AIGC_PRODUCER", done.stderr)


if __name__ == "__main__":
    unittest.main()
