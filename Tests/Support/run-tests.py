#!/usr/bin/env python3
"""Runs the tests of a directory for scripts/test, as `python -m unittest discover` does:  run-tests.py DIRECTORY

A test fails where it hangs after as many seconds as its `limit` says, or LIMIT. SIGTERM and SIGINT do that at once, with
its cleanups, end the run, and report what was found until then. unittest's own `--catch` waits for the test instead.
"""

from __future__ import annotations

import signal
import sys
import time
import unittest


#: Several times as long as a slow machine takes.
LIMIT = 900
ENDING = (signal.SIGINT, signal.SIGTERM)
#: So many of the slowest tests are listed, with their times.
SHOWN = 12


class OutOfTime(Exception):
    """Not a TimeoutError: there are tests that expect one and try again."""


class Result(unittest.TextTestResult):
    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        for number in ENDING:
            signal.signal(number, self.interrupt)
        signal.signal(signal.SIGALRM, self.expire)
        self.seconds: dict[str, float] = {}

    def startTest(self, test):
        super().startTest(test)
        self.started = time.monotonic()
        signal.alarm(getattr(test, "limit", LIMIT))

    def stopTest(self, test):
        signal.alarm(0)
        self.seconds[test.id()] = time.monotonic() - self.started
        super().stopTest(test)

    def show_slowest(self):
        for name in sorted(self.seconds, key=self.seconds.get, reverse=True)[:SHOWN]:
            self.stream.writeln(f"{self.seconds[name]:6.1f} s  {name}")

    def expire(self, *_):
        # And again, should a cleanup hang, or the next subtest.
        signal.alarm(60)
        raise OutOfTime("this test takes too long")

    def interrupt(self, *_):
        # `timeout` sends it twice, to its child and to the group: the cleanups are spared the second one.
        for number in ENDING:
            signal.signal(number, signal.SIG_IGN)
        self.stop()
        raise OutOfTime("the time for these tests is over")


def main(directory: str):
    tests = unittest.defaultTestLoader.discover(directory, top_level_dir=directory)
    result = unittest.TextTestRunner(verbosity=2, warnings="default", resultclass=Result).run(tests)
    result.show_slowest()
    return 0 if result.wasSuccessful() and not result.shouldStop else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
