internal import MaaSControl

/// A file that holds a picture of a size we take.
struct PictureFile: Sendable {
    let file: TemporaryFile
    let content: Picture

    /// The most pixels a picture may have: as it is decoded, each takes 4 bytes of a worker's memory, or more.
    static let pixelLimit = 40_000_000
    /// The most pixels of one side, which is WebP's own limit.
    static let sideLimit = 16_383

    /// Looks at the beginning and the end of `file`, which is finished. Nothing is decoded.
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
        guard content.isWhole(in: file) else { throw PictureFault("is cut off: its end is missing") }
        self.file = file
        self.content = content
    }
}
