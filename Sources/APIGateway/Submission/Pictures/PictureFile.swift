internal import MaaSControl

/// A file with a picture of an accepted format and size.
struct PictureFile: Sendable {
    let file: TemporaryFile
    let content: Picture

    /// The most pixels of a picture: decoded, each takes 4 bytes or more of a worker's memory.
    static let pixelLimit = 40_000_000
    /// The most pixels of one side: WebP's own limit.
    static let sideLimit = 16_383
    /// How many times as long as the other a side may be: from 292 on, Wan2.2 has too few positions for the longer one.
    static let ratioLimit = 100

    /// Checks the header and the end of the complete `file`, without decoding.
    init(_ file: TemporaryFile) throws(PictureFault) {
        guard let content = Picture(file.prefix(Picture.headerLength)) else {
            throw PictureFault("must be a JPEG, PNG or WebP picture")
        }
        guard content.pixels <= Self.pixelLimit, max(content.width, content.height) <= Self.sideLimit else {
            throw PictureFault(
                "has \(content.width) x \(content.height) pixels; "
                    + "\(Self.pixelLimit) at most are taken, and \(Self.sideLimit) a side"
            )
        }
        guard max(content.width, content.height) <= Self.ratioLimit * min(content.width, content.height) else {
            throw PictureFault(
                "has \(content.width) x \(content.height) pixels; "
                    + "a side may be \(Self.ratioLimit) times as long as the other at most"
            )
        }
        guard !content.isAnimated else { throw PictureFault("must not be animated") }
        guard content.isWhole(in: file) else { throw PictureFault("is truncated: its end is missing") }
        self.file = file
        self.content = content
    }
}
