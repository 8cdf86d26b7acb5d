"""Captions fit, whatever the prompt."""

import random
import unittest

import worker  # noqa: F401  (finds the package)
from maas_worker.caption import clean, width, wrap


class CaptionTests(unittest.TestCase):
    def test_short_text_is_one_line(self):
        self.assertEqual(wrap("a cat in the snow", 20, 3), ["a cat in the snow"])

    def test_breaks_at_spaces(self):
        self.assertEqual(wrap("one two three four", 5, 9), ["one two", "three", "four"])

    def test_breaks_between_chinese_characters(self):
        self.assertEqual(wrap("一只橘猫在下雪的街头", 4, 9), ["一只橘猫", "在下雪的", "街头"])

    def test_keeps_punctuation_with_the_character_before(self):
        self.assertEqual(wrap("下雪。街头", 3, 9), ["下雪。", "街头"])

    def test_cuts_with_an_ellipsis(self):
        lines = wrap("猫" * 50, 5, 2)
        self.assertEqual(lines, ["猫猫猫猫猫", "猫猫猫猫…"])

    def test_empty_texts(self):
        for text in ["", "  \n\t", "\0\x1b\u200b"]:
            self.assertEqual(wrap(text, 10, 3), [])

    def test_controls_are_dropped_and_space_collapsed(self):
        self.assertEqual(clean(" a\n\n b\x1b[31m\u202ec\ud800 "), "a b[31mc?")

    def test_composes_accents(self):
        self.assertEqual(clean("e\u0301"), "\u00e9")

    def test_any_text_fits(self):
        chance = random.Random(1)
        alphabet = "aWm. 猫下。,'\\%{}[]:\n\u0301😀\u200d"
        alphabet += "".join(chr(chance.randrange(1, 0x3000)) for _ in range(200))
        for _ in range(500):
            text = "".join(chance.choices(alphabet, k=chance.randrange(120)))
            ems, lines = chance.uniform(3, 30), chance.randrange(1, 5)
            wrapped = wrap(text, ems, lines)
            self.assertLessEqual(len(wrapped), lines)
            for line in wrapped:
                self.assertLessEqual(width(line), ems, (text, line))
                self.assertTrue(line.strip())
            if wrapped and not wrapped[-1].endswith("…"):
                self.assertEqual("".join("".join(wrapped).split()), "".join(clean(text).split()))


if __name__ == "__main__":
    unittest.main()
