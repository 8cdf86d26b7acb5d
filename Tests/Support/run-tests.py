#!/usr/bin/env python3
"""Runs the tests of a directory for scripts/test, as `python -m unittest discover` does:  run-tests.py DIRECTORY

A test fails where it hangs after as many seconds as its `limit` says, or LIMIT. SIGINT does that at once, with its
cleanups, ends the run, and reports what was found until then. unittest's own `--catch` waits for the test instead.
"""

from __future__ import annotations

import signal
import sys
import unittest


#: Several times as long as a slow machine takes.
LIMIT = 900


class OutOfTime(Exception):
    """Not a TimeoutError: there are tests that expect one and try again."""


class Result(unittest.TextTestResult):
    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        signal.signal(signal.SIGINT, self.interrupt)
        signal.signal(signal.SIGALRM, self.expire)

    def startTest(self, test):
        super().startTest(test)
        signal.alarm(getattr(test, "limit", LIMIT))

    def stopTest(self, test):
        signal.alarm(0)
        super().stopTest(test)

    def expire(self, *_):
        # And again, should a cleanup hang, or the next subtest.
        signal.alarm(60)
        raise OutOfTime("this test takes too long")

    def interrupt(self, *_):
        # `timeout` sends it twice, to its child and to the group: the cleanups are spared the second one.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        self.stop()
        raise OutOfTime("the time for these tests is over")


def main(directory: str):
    tests = unittest.defaultTestLoader.discover(directory, top_level_dir=directory)
    result = unittest.TextTestRunner(verbosity=2, warnings="default", resultclass=Result).run(tests)
    return 0 if result.wasSuccessful() and not result.shouldStop else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
