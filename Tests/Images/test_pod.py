"""The images of pods: the reporter's copies itself into a volume, the worker's makes a video."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from images import ROOT, ROOTS, UNPRIVILEGED, Image

sys.path.insert(0, str(ROOT / "Tests" / "Worker"))

import pod  # noqa: E402


@unittest.skipUnless(ROOTS.is_dir(), "needs the images: make images-test")
class PodImageTests(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.scratch = Path(scratch.name)
        self.scratch.chmod(0o777)

    def volume(self, image: Image, place: str) -> Path:
        """An emptyDir."""
        folder = self.scratch / place.strip("/")
        folder.mkdir()
        folder.chmod(0o777)
        (image.root / place.strip("/")).mkdir(exist_ok=True)
        return folder

    def test_the_reporter_installs_itself_where_it_then_runs_alone(self):
        image = Image("reporter")
        volume = self.volume(image, "/maas")
        done = image.run("/opt/maas/bin/reporter", "install", "/maas", binds={"/maas": volume})
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual({path.name for path in volume.iterdir()}, {"reporter", "ca-certificates.crt"})
        # A root with nothing in it.
        bare = [
            "bwrap",
            "--unshare-user",
            "--clearenv",
            "--ro-bind",
            str(volume),
            "/maas",
            "--proc",
            "/proc",
            "/maas/reporter",
            "--version",
        ]
        answer = subprocess.run([*UNPRIVILEGED, *bare], capture_output=True, text=True, check=False)
        self.assertRegex(answer.stdout, r"^reporter \d+\.\d+\.\d+\n$", answer.stderr)

    def test_the_worker_makes_labels_and_uploads_a_video(self):
        image = Image("worker")
        attempt = pod.Attempt()
        done = image.run(
            "/opt/maas/worker/run.sh",
            "--model=demo",
            "--prompt=清晨的湖面，一只白鹭飞过",
            "--size=832x480",
            "--frames=17",
            "--steps=3",
            "--pace=0",
            binds={"/work": self.volume(image, "/work")},
            **attempt.environment(),
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(
            [event["type"] for event in attempt.events() if event["type"] in ("succeeded", "failed")], ["succeeded"]
        )
        self.assertTrue(attempt.object("thumbnail.jpg"))
        video = self.scratch / "video.mp4"
        video.write_bytes(attempt.object("video.mp4"))
        probe = [
            "ffprobe",
            "-v",
            "error",
            "-count_packets",
            "-show_entries",
            "stream=nb_read_packets:format_tags=AIGC",
            "-of",
            "json",
            video,
        ]
        facts = json.loads(subprocess.run(probe, capture_output=True, check=True).stdout)
        self.assertEqual(facts["streams"][0]["nb_read_packets"], "17")
        self.assertIn('"Label"', facts["format"]["tags"]["AIGC"])

    def test_the_worker_tells_what_is_in_it(self):
        image = Image("worker")
        names = {
            package["name"] for kind in ["worker", "ffmpeg", "reporter"] for package in image.bill(kind)["packages"]
        }
        self.assertLessEqual(
            {"worker", "python3-minimal", "fonts-wqy-microhei", "ffmpeg", "libx264-164", "reporter"}, names
        )


if __name__ == "__main__":
    unittest.main()
