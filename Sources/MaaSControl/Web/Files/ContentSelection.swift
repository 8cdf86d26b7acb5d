package import MaaSCore

/// The response to a request for content of known size and version (RFC 9110 §13 and §14): all of it, a part, or "not
/// modified".
package struct ContentSelection: Sendable, Hashable {
    /// 200, 206, 304 or 416.
    package let status: Int
    /// The bytes to send; empty when none are.
    package let range: Range<Int>
    /// Validators, and the headers that describe the range.
    package let headers: HTTPHeaders

    /// - Parameters:
    ///   - tag: the content's entity tag, with quotes.
    ///   - modifiedSeconds: the modification time in seconds since 1970; nil when unknown.
    @LoopActor
    package init(for request: WebRequest, size: Int, tag: String, modifiedSeconds: Int64? = nil) {
        var headers: HTTPHeaders = ["ETag": tag, "Accept-Ranges": "bytes"]
        if let modifiedSeconds { headers["Last-Modified"] = HTTPDate.text(modifiedSeconds) }
        guard !Self.isKnown(to: request, tag, modifiedSeconds) else {
            self.status = 304
            self.range = 0..<0
            self.headers = headers
            return
        }
        switch ByteRange(Self.wantedRange(of: request, tag, modifiedSeconds), size: size) {
        case .whole:
            self.status = 200
            self.range = 0..<size
        case .part(let range):
            self.status = 206
            self.range = range
            headers["Content-Range"] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(size)"
        case .unsatisfiable:
            self.status = 416
            self.range = 0..<0
            headers["Content-Range"] = "bytes */\(size)"
        }
        self.headers = headers
    }

    /// Whether the client has this version. `If-Modified-Since` is ignored if there is an `If-None-Match` (RFC 9110
    /// §13.1.3).
    @LoopActor
    private static func isKnown(to request: WebRequest, _ tag: String, _ modifiedSeconds: Int64?) -> Bool {
        if let tags = request.headers["if-none-match"] { return EntityTag(text: tag).matches(tags) }
        guard let modifiedSeconds, let since = request.headers["if-modified-since"].flatMap(HTTPDate.seconds) else {
            return false
        }
        return modifiedSeconds <= since
    }

    /// The requested range, unless the client has a part of another version (RFC 9110 §13.1.5). A weak tag never
    /// matches here.
    @LoopActor
    private static func wantedRange(of request: WebRequest, _ tag: String, _ modifiedSeconds: Int64?) -> String? {
        guard request.method == .get, let range = request.headers["range"] else { return nil }
        guard let condition = request.headers["if-range"] else { return range }
        let isSame =
            condition == tag && !tag.hasPrefix("W/")
            || modifiedSeconds != nil && HTTPDate.seconds(condition) == modifiedSeconds
        return isSame ? range : nil
    }
}
