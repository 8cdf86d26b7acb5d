"""The progress bar is that of tqdm to the byte, because the reporter parses it as such."""

import io
import unittest

import worker  # noqa: F401  (finds the package)
from maas_worker.progress_bar import ProgressBar, clock_time, line_of


class ProgressBarTests(unittest.TestCase):
    def test_lines(self):
        self.assertEqual(line_of(0, 50, 0, None), "  0%|          | 0/50 [00:00<?, ?it/s]")
        self.assertEqual(line_of(9, 20, 3.6, 2.51), " 45%|####5     | 9/20 [00:03<00:04,  2.51it/s]")
        self.assertEqual(line_of(1, 3, 12.5, 0.08), " 33%|###3      | 1/3 [00:12<00:25, 12.50s/it]")
        self.assertEqual(line_of(20, 20, 8, 2.5), "100%|##########| 20/20 [00:08<00:00,  2.50it/s]")

    def test_times_beyond_an_hour(self):
        self.assertEqual(clock_time(3599), "59:59")
        self.assertEqual(clock_time(3700), "1:01:40")

    def test_a_bar_from_start_to_end(self):
        now, file = iter([0.0, 0.5, 1.0]), io.StringIO()
        bar = ProgressBar(2, "Loading", file, lambda: next(now))
        bar.update()
        bar.update()
        bar.close()
        self.assertEqual(
            file.getvalue().split("\r"),
            [
                "",
                "Loading:   0%|          | 0/2 [00:00<?, ?it/s]",
                "Loading:  50%|#####     | 1/2 [00:00<00:00,  2.00it/s]",
                "Loading: 100%|##########| 2/2 [00:01<00:00,  2.00it/s]",
                "Loading: 100%|##########| 2/2 [00:01<00:00,  2.00it/s]\n",
            ],
        )

    def test_a_shorter_line_blanks_the_longer_one(self):
        now, file = iter([0.0, 12_000.0, 12_000.1, 12_000.2]), io.StringIO()
        bar = ProgressBar(3, file=file, clock=lambda: next(now))
        for _ in range(3):
            bar.update()
        lines = file.getvalue().split("\r")[1:]
        for before, after in zip(lines, lines[1:]):
            self.assertGreaterEqual(len(after), len(before.rstrip()))
        self.assertLess(len(lines[-1].rstrip()), len(lines[1]), "there was something to blank")


if __name__ == "__main__":
    unittest.main()
