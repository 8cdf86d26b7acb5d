@testable internal import APIGateway
@testable internal import MaaSControl
internal import MaaSCore
internal import Testing

@Suite("Picture types by their first bytes")
struct PictureTests {
    private static let png: [UInt8] =
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8)
        + [0, 0, 3, 32, 0, 0, 1, 224, 8, 2, 0, 0, 0]
    /// With a segment of metadata before the frame header.
    private static let jpeg: [UInt8] =
        [0xFF, 0xD8, 0xFF, 0xE1, 0, 6, 1, 2, 3, 4, 0xFF, 0xFF, 0xC2, 0, 17, 8, 1, 224, 3, 32, 3, 1, 1, 1]
    private static let lossy = webp("VP8 ", [0, 0, 0, 0x9D, 0x01, 0x2A, 32, 3, 224, 1])
    private static let lossless = webp("VP8L", [0x2F, 0x1F, 0xC3, 0x77, 0, 0, 0, 0, 0, 0])
    private static let extended = webp("VP8X", [0, 0, 0, 0, 31, 3, 0, 223, 1, 0])

    private static func webp(_ chunk: String, _ content: [UInt8]) -> [UInt8] {
        Array("RIFF".utf8) + [0, 0, 0, 0] + Array("WEBP\(chunk)".utf8) + [0, 0, 0, 0] + content
    }

    @Test(arguments: [
        (Self.png, "image/png"), (Self.jpeg, "image/jpeg"), (Self.lossy, "image/webp"),
        (Self.lossless, "image/webp"), (Self.extended, "image/webp"),
    ])
    func kindAndSizeAreDetected(_ bytes: [UInt8], _ type: String) throws {
        let picture = try #require(Picture(bytes))
        #expect(picture.format.rawValue == type)
        #expect(picture.width == 800)
        #expect(picture.height == 480)
    }

    @Test(arguments: [Self.png, Self.jpeg, Self.lossy, Self.lossless, Self.extended])
    func aTruncatedHeaderIsRejected(_ bytes: [UInt8]) {
        for count in 0..<20 { #expect(Picture(Array(bytes.prefix(count))) == nil) }
    }

    /// PNG's own limit of a side, which its four bytes could exceed.
    @Test func aSideBeyondTheFormatsLimitIsRejected() {
        var picture = Self.png
        picture.replaceSubrange(16..<24, with: [0x7F, 0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF])
        #expect(Picture(picture)?.pixels == 0x3FFF_FFFF_0000_0001)
        picture[20] = 0x80
        #expect(Picture(picture) == nil)
    }

    /// Each up to its last byte, and with more behind it.
    @Test(arguments: [
        Self.png + [0, 0, 0, 0, 0, 0, 0, 3] + Array("IDAT".utf8) + [1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0]
            + Array("IEND".utf8) + [0xAE, 0x42, 0x60, 0x82],
        Self.jpeg + [0xFF, 0xDA, 0, 2] + [UInt8](repeating: 7, count: 65_530) + [0xFF, 0xD9],
        Self.whole(Self.lossy), Self.whole(Self.lossless), Self.whole(Self.extended),
    ])
    @LoopActor
    func aPictureWithoutItsEndIsRejected(_ bytes: [UInt8]) throws {
        #expect(try PictureFile(Self.file(bytes)).content.width == 800)
        // Behind a JPEG's end phones put a film.
        #expect(try PictureFile(Self.file(bytes + [UInt8](repeating: 0, count: 200_000))).content.width == 800)
        for missing in [1, 2, 4] {
            let cut = try Self.file(Array(bytes.dropLast(missing)))
            #expect(throws: PictureFault.self) { try PictureFile(cut) }
        }
    }

    @LoopActor
    @Test func anAnimatedPictureIsRejected() throws {
        var bytes = Self.whole(Self.extended)
        // Everything that a still picture may have as well: ICC profile, alpha, Exif, XMP.
        bytes[20] = 0x3C
        #expect(try PictureFile(Self.file(bytes)).content.width == 800)
        bytes[20] |= 0x02
        let film = try Self.file(bytes)
        let fault = #expect(throws: PictureFault.self) { try PictureFile(film) }
        #expect(fault?.message == "must not be animated")
    }

    @LoopActor
    private static func file(_ bytes: [UInt8]) throws -> TemporaryFile {
        let file = try TemporaryFile(in: "/tmp", of: .empty)
        try file.append(bytes)
        file.finish()
        return file
    }

    /// With how many bytes follow.
    private static func whole(_ webp: [UInt8]) -> [UInt8] {
        var webp = webp
        webp[4] = UInt8(webp.count - 8)
        return webp
    }

    /// A JPEG's metadata may have a small picture in it, with an end of its own.
    @LoopActor
    @Test func theEndOfAPreviewIsNotThePictures() throws {
        let preview: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE1, 0, 6, 0xFF, 0xD8, 0xFF, 0xD9]
        let file = try Self.file(preview + Self.jpeg.dropFirst(10) + [0xFF, 0xDA, 0, 2, 1, 2, 3])
        #expect(Picture(file.prefix(100)) != nil)
        #expect(throws: PictureFault.self) { try PictureFile(file) }
    }

    @Test(arguments: ["GIF89a....................", "<svg>......................", "", "\u{FF}\u{D8}"])
    func otherFilesAreRejected(_ text: String) {
        #expect(Picture(Array(text.utf8)) == nil)
    }
}
