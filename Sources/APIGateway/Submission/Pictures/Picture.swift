/// The properties in an image file's header.
struct Picture: Sendable, Hashable {
    enum Format: String, Sendable, CaseIterable {
        case jpeg = "image/jpeg"
        case png = "image/png"
        case webp = "image/webp"
    }

    let format: Format
    /// In pixels, each less than 2³¹, so that their product fits an `Int`.
    let width: Int
    let height: Int
    /// Whether it is a film: ffmpeg, which the workers have, does not decode WebP's.
    let isAnimated: Bool
    /// The length of the header that was read: an end marker after it does not belong to an embedded preview.
    let headerEnd: Int

    var pixels: Int { self.width * self.height }

    /// The most bytes that ``init(_:)`` may need: a JPEG has its size after its metadata.
    static let headerLength = 1 << 20

    /// Parses the header of a JPEG, PNG or WebP file; nil for anything else. The client's declared type is ignored.
    init?(_ bytes: [UInt8]) {
        guard let picture = Self.png(bytes) ?? Self.webp(bytes) ?? Self.jpeg(bytes),
            picture.width > 0, picture.height > 0
        else { return nil }
        self = picture
    }

    private init(_ format: Format, width: Int, height: Int, isAnimated: Bool = false, headerEnd: Int = 0) {
        self.format = format
        self.width = width
        self.height = height
        self.isAnimated = isAnimated
        self.headerEnd = headerEnd
    }

    /// PNG (W3C) §5.2 and §11.2.2: the signature, then IHDR with the size. §7.1: integers are at most 2³¹ - 1.
    private static func png(_ bytes: [UInt8]) -> Picture? {
        guard bytes.count >= 24, bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]),
            bytes[12..<16].elementsEqual("IHDR".utf8)
        else { return nil }
        let (width, height) = (Self.big(bytes, 16, 4), Self.big(bytes, 20, 4))
        guard max(width, height) <= Int32.max else { return nil }
        return Picture(.png, width: width, height: height)
    }

    /// RFC 9649 §2.4 to §2.7: a RIFF file whose first chunk has the size in one of three formats.
    private static func webp(_ bytes: [UInt8]) -> Picture? {
        guard bytes.count >= 30, bytes.starts(with: "RIFF".utf8), bytes[8..<12].elementsEqual("WEBP".utf8) else {
            return nil
        }
        switch String(decoding: bytes[12..<16], as: UTF8.self) {
        case "VP8X":
            let (width, height) = (Self.little(bytes, 24, 3) + 1, Self.little(bytes, 27, 3) + 1)
            return Picture(.webp, width: width, height: height, isAnimated: bytes[20] & 0x02 != 0)
        case "VP8L":
            guard bytes[20] == 0x2F else { return nil }
            let bits = Self.little(bytes, 21, 4)
            return Picture(.webp, width: bits & 0x3FFF + 1, height: bits >> 14 & 0x3FFF + 1)
        case "VP8 ":
            guard bytes[23...25].elementsEqual([0x9D, 0x01, 0x2A]) else { return nil }
            return Picture(.webp, width: Self.little(bytes, 26, 2) & 0x3FFF, height: Self.little(bytes, 28, 2) & 0x3FFF)
        default:
            return nil
        }
    }

    /// ITU-T T.81 §B.1 and §B.2.2: segments up to the frame header, which has the size.
    private static func jpeg(_ bytes: [UInt8]) -> Picture? {
        guard bytes.starts(with: [0xFF, 0xD8, 0xFF]) else { return nil }
        var index = 2
        while index + 9 <= bytes.count {
            guard bytes[index] == 0xFF else { return nil }
            let marker = bytes[index + 1]
            if marker == 0xFF {  // A fill byte.
                index += 1
                continue
            }
            // Frame headers are SOF0 to SOF15, without DHT, JPG and DAC.
            if (0xC0...0xCF).contains(marker), ![0xC4, 0xC8, 0xCC].contains(marker) {
                let (width, height) = (Self.big(bytes, index + 7, 2), Self.big(bytes, index + 5, 2))
                return Picture(.jpeg, width: width, height: height, headerEnd: index + 9)
            }
            // TEM and RSTn have no length.
            let isBare = marker == 0x01 || (0xD0...0xD7).contains(marker)
            guard isBare || marker != 0xD9 else { return nil }
            let length = isBare ? 0 : Self.big(bytes, index + 2, 2)
            guard isBare || length >= 2 else { return nil }
            index += 2 + length
        }
        return nil
    }

    static func big(_ bytes: [UInt8], _ start: Int, _ count: Int) -> Int {
        bytes[start..<start + count].reduce(0) { $0 << 8 | Int($1) }
    }

    static func little(_ bytes: [UInt8], _ start: Int, _ count: Int) -> Int {
        bytes[start..<start + count].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
