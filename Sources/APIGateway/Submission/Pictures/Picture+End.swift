internal import MaaSControl

extension Picture {
    /// Whether the file is complete, by its structure. Nothing is decoded. A truncated file would otherwise fail in the
    /// decoder, or give half a picture, hours later.
    func isWhole(in file: TemporaryFile) -> Bool {
        switch self.format {
        case .png: Self.endsPNG(file)
        case .jpeg: self.endsJPEG(file)
        case .webp: Self.endsWebP(file)
        }
    }

    /// Bytes read at a time.
    private static let block = 65_536
    /// More chunks than any program writes; counting them blocks the loop.
    private static let chunkLimit = 65_536

    /// PNG (W3C) §5.3: a sequence of chunks, each preceded by its length and followed by a checksum, up to IEND.
    private static func endsPNG(_ file: TemporaryFile) -> Bool {
        var (block, blockStart) = (file.bytes(at: 0, limit: Self.block), 0)
        var (offset, chunks) = (8, 0)
        while offset + 12 <= file.count, chunks < Self.chunkLimit {
            chunks += 1
            if offset + 8 > blockStart + block.count {
                (block, blockStart) = (file.bytes(at: offset, limit: Self.block), offset)
                guard block.count >= 8 else { return false }
            }
            let start = offset - blockStart
            offset += 12 + Self.big(block, start, 4)
            if block[start + 4..<start + 8].elementsEqual("IEND".utf8) { return offset <= file.count }
        }
        return false
    }

    /// ITU-T T.81 §B.1.1.5: within compressed data, 0xFF is never followed by 0xD9, the end marker's second byte. More
    /// data may follow the end: phones append videos.
    private func endsJPEG(_ file: TemporaryFile) -> Bool {
        var end = file.count
        while end > self.headerEnd {
            let start = max(self.headerEnd, end - Self.block)
            // One byte more, for a marker that spans two blocks.
            let bytes = file.bytes(at: start, limit: end - start + 1)
            if zip(bytes, bytes.dropFirst()).contains(where: { $0 == (0xFF, 0xD9) }) { return true }
            end = start
        }
        return false
    }

    /// RFC 9649 §2.4: the header has the number of bytes that follow.
    private static func endsWebP(_ file: TemporaryFile) -> Bool {
        let head = file.bytes(at: 0, limit: 8)
        return head.count == 8 && 8 + Self.little(head, 4, 4) <= file.count
    }
}
