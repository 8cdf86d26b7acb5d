"""run.sh: the order of its steps, who reports a failure, and signals."""

import os
import shutil
import signal
import subprocess
import unittest

from worker import WORKER, WorkerTestCase

# Stands in for the reporter: records its arguments and runs what follows `--`.
REPORTER = """#!/bin/bash
printf '%s\\n' "$*" >>"$MAAS_WORK_DIR/calls"
case $1 in
    run) while [[ $1 != -- ]]; do shift; done; shift; exec "$@" ;;
    upload) exit "${UPLOAD_STATUS:-0}" ;;
esac
"""


class RunTests(WorkerTestCase):
    def setUp(self):
        super().setUp()
        reporter = self.directory / "reporter"
        reporter.write_text(REPORTER)
        reporter.chmod(0o755)

    def start(self, *arguments, program=WORKER / "run.sh", **environment) -> subprocess.Popen:
        return subprocess.Popen(
            [program, *arguments],
            env={
                "PATH": os.environ["PATH"],
                "MAAS_WORK_DIR": str(self.directory),
                "MAAS_REPORTER": str(self.directory / "reporter"),
                "MAAS_TASK_ID": "01abc",
                "MAAS_ATTEMPT": "2",
                **environment,
            },
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    def finish(self, process: subprocess.Popen) -> int:
        try:
            self.errors = process.communicate(timeout=300)[1].decode()
        except subprocess.TimeoutExpired as expired:
            process.terminate()
            self.fail(f"run.sh has not ended: {expired.stderr}")
        return process.returncode

    def calls(self) -> list[str]:
        return (self.directory / "calls").read_text().splitlines()

    def small(self) -> list[str]:
        return ["--model=demo", "--prompt", "雪 'n'\n$(id)", "--size=64x64", "--frames", "5", "--steps=2", "--pace", "0"]

    def test_a_whole_attempt(self):
        self.assertEqual(self.finish(self.start(*self.small())), 0, self.errors)
        kinds = [line.split(" -- ")[0] for line in self.calls() if line.startswith(("run", "upload", "fail"))]
        output = self.directory / "output"
        self.assertEqual(
            kinds,
            [
                "run --stage loading_model",
                "run --grace 20 --expect-steps 2",
                "run --stage postprocessing",
                f"upload --grace 20 --facts {output}/video.json --thumbnail {output}/thumbnail.jpg"
                f" --spritesheet {output}/spritesheet.jpg {output}/video.mp4",
            ],
        )
        self.assertTrue((output / "video.mp4").is_file())

    def test_the_picture_is_used(self):
        (self.directory / "input").mkdir()
        self.make_picture("input/image.png").rename(self.directory / "input" / "image")
        done = self.finish(self.start(*self.small(), MAAS_INPUT_URL="http://127.0.0.1/x"))
        self.assertEqual(done, 0, self.errors)
        self.assertIn(f"--image {self.directory}/output/picture.png", "\n".join(self.calls()))

    def test_a_file_that_is_no_picture(self):
        (self.directory / "input").mkdir()
        (self.directory / "input" / "image").write_text("no picture")
        self.assertEqual(self.finish(self.start(*self.small(), MAAS_INPUT_URL="http://127.0.0.1/x")), os.EX_DATAERR)
        self.assertRegex(self.calls()[-1], "^fail --code INPUT_INVALID .* --exit-code 65$")

    def test_another_generator(self):
        generator = self.directory / "mine"
        generator.write_text('#!/bin/sh\necho "$@" >"$MAAS_WORK_DIR/mine.arguments"\nexit 3\n')
        generator.chmod(0o755)
        self.assertEqual(self.finish(self.start("--prompt", "x", MAAS_GENERATOR=str(generator))), 3)
        arguments = (self.directory / "mine.arguments").read_text()
        self.assertEqual(arguments, f"--save_file {self.directory}/output/raw.mp4 --prompt x\n")

    def test_only_whole_numbers_are_looked_at(self):
        generator = self.directory / "mine"
        generator.write_text("#!/bin/sh\nexit 3\n")
        generator.chmod(0o755)
        for arguments, options in [
            (["--steps=4", "--num_clip", "2"], " --expect-steps 4 --expect-clips 2"),
            (["--steps=auto", "--num_clip", "0"], ""),
            (["--steps", "-1", "--num_clip=99999999"], ""),
            (["--prompt", "--steps=3"], ""),
            (["--steps=5", "--prompt", "--steps", "--", "--num_clip=3"], " --expect-steps 5 --expect-clips 3"),
            (["--prompt"], ""),
        ]:
            with self.subTest(arguments):
                (self.directory / "calls").unlink(missing_ok=True)
                self.assertEqual(self.finish(self.start(*arguments, MAAS_GENERATOR=str(generator))), 3, self.errors)
                runs = [line.split(" -- ")[0] for line in self.calls() if line.startswith("run --grace")]
                self.assertEqual(runs, [f"run --grace 20{options}"])

    def test_a_prompt_says_nothing_about_frames(self):
        arguments = ["--model=demo", "--size=64x64", "--frames=5", "--steps=2", "--pace=0", "--prompt", "--frames=3"]
        self.assertEqual(self.finish(self.start(*arguments)), 0, self.errors)
        post = [line for line in self.calls() if line.startswith("run --stage postprocessing")]
        self.assertIn("--frames 5 ", post[0])

    def test_the_reporter_beside_the_installed_programs(self):
        installed = self.directory / "maas"
        installed.mkdir()
        shutil.copytree(WORKER, installed / "worker", ignore=shutil.ignore_patterns("__pycache__"))
        (self.directory / "reporter").rename(installed / "reporter")
        done = self.finish(self.start(*self.small(), program=installed / "worker" / "run.sh", MAAS_REPORTER=""))
        self.assertEqual(done, 0, self.errors)

    def test_a_picture_that_was_not_fetched(self):
        self.assertEqual(self.finish(self.start(*self.small(), MAAS_INPUT_URL="http://127.0.0.1/x")), 66)
        self.assertIn("fail --code INPUT_MISSING", self.calls()[0])

    def test_a_generator_that_fails(self):
        self.assertEqual(self.finish(self.start("--model=demo", "--frames", "none")), 2)
        self.assertRegex(self.calls()[-1], "^fail --code GENERATOR_FAILED .* --exit-code 2$")
        # The code that stands is logged by the reporter.
        self.assertIn("run.sh: The generator failed (exit status 2)", self.errors)
        self.assertNotIn("GENERATOR_FAILED", self.errors)

    def test_an_image_that_cannot_label_is_found_before_the_generation(self):
        self.assertEqual(self.finish(self.start(*self.small(), MAAS_FONT="/none")), os.EX_UNAVAILABLE)
        self.assertIn("no font with Chinese characters", self.errors)
        self.assertEqual(len(self.calls()), 2)
        self.assertRegex(self.calls()[-1], "^fail --code IMAGE_INCOMPLETE .* --exit-code 69$")

    def test_a_model_is_never_guessed(self):
        self.assertEqual(self.finish(self.start(*self.small()[1:], MAAS_GENERATR="/mine")), 2)
        self.assertIn("the following arguments are required: --model", self.errors)

    def test_an_upload_that_fails(self):
        self.assertEqual(self.finish(self.start(*self.small(), UPLOAD_STATUS="75")), 75)
        self.assertRegex(self.calls()[-1], "^fail --code UPLOAD_FAILED .* --exit-code 75$")

    def test_other_nodes_only_compute(self):
        self.assertEqual(self.finish(self.start(*self.small(), PET_NODE_RANK="1")), 0)
        self.assertTrue(self.calls()[0].startswith("run --quiet --grace 20 --expect-steps 2 -- "))
        self.assertFalse(any(line.startswith(("upload", "fail")) for line in self.calls()))

    def test_a_signal_ends_the_generator(self):
        process = self.start("--model=demo", "--prompt", "x", "--pace", "60")
        # The first progress bar shows that the generator runs.
        self.assertTrue(process.stderr.read(1))
        process.send_signal(signal.SIGTERM)
        self.assertEqual(self.finish(process), 143)
        self.assertRegex(self.calls()[-1], "^fail --code TERMINATED .* --exit-code 143 --retryable$")

    def test_a_signal_at_the_very_start_is_handled(self):
        # The first program that run.sh calls sends it to run.sh, the child of this test's process.
        first = self.directory / "bin" / "dirname"
        first.parent.mkdir()
        first.write_text(
            "#!/bin/bash\npid=$$\n"
            "while read -r _ _ _ parent _ </proc/$pid/stat && [ $parent != $TESTER ]; do pid=$parent; done\n"
            'kill -TERM $pid\nexec /usr/bin/dirname "$@"\n'
        )
        first.chmod(0o755)
        path = f"{first.parent}:{os.environ['PATH']}"
        self.assertEqual(self.finish(self.start(*self.small(), PATH=path, TESTER=str(os.getpid()))), 143)
        self.assertRegex(self.calls()[-1], "^fail --code TERMINATED .* --exit-code 143 --retryable$")


if __name__ == "__main__":
    unittest.main()
