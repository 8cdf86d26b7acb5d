internal import MaaSCore

/// The content of a base64 `data:` URL (RFC 2397). Its declared type is ignored.
struct DataURL {
    let bytes: [UInt8]

    static func isOne(_ url: String) -> Bool { url.utf8.prefix(5).elementsEqual("data:".utf8) }

    /// Throws for a URL that is not base64, and for more than `limit` bytes.
    init(_ url: String, limit: ByteCount) throws(PictureFault) {
        guard Self.isOne(url), let comma = url.utf8.firstIndex(of: UInt8(ascii: ",")),
            url[..<comma].lowercased().hasSuffix(";base64")
        else { throw PictureFault("must be data:image/png;base64,… when it is a data URL") }
        let text = url[url.index(after: comma)...]
        guard text.utf8.count <= Self.length(of: limit) else {
            throw PictureFault("may have \(limit) at most in a data URL; larger ones can be uploaded")
        }
        guard let bytes = Base64.standard.decode(String(text)) else { throw PictureFault("must be valid base64") }
        self.bytes = bytes
    }

    /// The length in base64 of `size` bytes.
    static func length(of size: ByteCount) -> Int { (size.bytes + 2) / 3 * 4 }
}
