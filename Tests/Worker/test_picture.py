"""A picture's format is detected by its bytes, and hostile ones are refused."""

import os
import random
import struct
import unittest
import zlib

from worker import WorkerTestCase, exif, with_exif
from maas_worker.failure import BadPicture, MissingInput
from maas_worker.picture import open_picture, orientation, sniff


class PictureTests(WorkerTestCase):
    def test_formats_are_known_by_their_bytes(self):
        for name, demuxer in [("a.jpg", "jpeg_pipe"), ("a.png", "png_pipe"), ("a.webp", "webp_pipe")]:
            with self.subTest(name):
                path = self.make_picture(name)
                disguised = path.rename(self.directory / "image")
                picture = open_picture(disguised)
                self.assertEqual((picture.demuxer, picture.width, picture.height), (demuxer, 64, 48))

    def test_a_playlist_is_not_a_picture(self):
        path = self.directory / "in.jpg"
        path.write_text("#EXTM3U\n#EXTINF:1,\nfile:///etc/hostname\n")
        with self.assertRaisesRegex(BadPicture, "neither JPEG, PNG nor WebP"):
            open_picture(path)

    def test_a_playlist_behind_magic_bytes_is_not_opened(self):
        path = self.directory / "in.jpg"
        path.write_bytes(b"\xff\xd8\xff\n#EXTM3U\n#EXTINF:1,\nfile:///etc/hostname\n")
        with self.assertRaisesRegex(BadPicture, "does not decode|0x0"):
            open_picture(path)

    def test_a_file_that_is_not_there(self):
        with self.assertRaises(MissingInput):
            open_picture(self.directory / "none")

    def test_a_decompression_bomb(self):
        header = struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
        chunk = b"IHDR" + header
        path = self.directory / "bomb.png"
        path.write_bytes(
            b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk)) + bytes(64)
        )
        with self.assertRaises(BadPicture):
            open_picture(path)

    def test_short_files(self):
        for data in [b"", b"\xff", b"\xff\xd8\xff", b"RIFF\0\0\0\0WEBP", b"\x89PNG\r\n\x1a\n"]:
            path = self.directory / "short"
            path.write_bytes(data)
            with self.subTest(data), self.assertRaises(BadPicture):
                open_picture(path)

    def test_a_name_cannot_be_a_protocol_or_an_option(self):
        for name in ["concat:a|b", "-f", "http:x"]:
            path = self.make_picture("plain.png").rename(self.directory / name)
            with self.subTest(name):
                os.chdir(self.directory)
                self.addCleanup(os.chdir, "/")
                self.assertEqual(open_picture(path.relative_to(self.directory)).width, 64)


class OrientationTests(WorkerTestCase):
    def test_in_each_format(self):
        jpeg = self.make_picture().read_bytes()
        block = exif(6)
        png = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", len(block)) + b"eXIf" + block + bytes(4)
        webp = b"RIFF\0\0\0\0WEBPEXIF" + struct.pack("<I", len(block)) + block
        for data in [with_exif(jpeg, block), with_exif(jpeg, exif(6, ">")), png, webp]:
            sniff(data)
            self.assertEqual(orientation(data), 6)

    def test_none_and_nonsense_are_upright(self):
        jpeg = self.make_picture().read_bytes()
        for block in [b"", exif(0), exif(9), b"II*\0\xff\xff\xff\xff"]:
            self.assertEqual(orientation(with_exif(jpeg, block)), 1)
        self.assertEqual(orientation(jpeg), 1)

    def test_broken_blocks_never_raise(self):
        chance = random.Random(2)
        whole = with_exif(self.make_picture().read_bytes()[:200], exif(6))
        heads = [whole, b"\x89PNG\r\n\x1a\n" + whole, b"RIFF\0\0\0\0WEBPEXIF" + whole]
        for _ in range(3000):
            data = bytearray(chance.choice(heads))
            for _ in range(chance.randrange(1, 12)):
                data[chance.randrange(len(data))] = chance.randrange(256)
            self.assertIn(orientation(bytes(data[: chance.randrange(len(data))])), range(1, 9))


if __name__ == "__main__":
    unittest.main()
