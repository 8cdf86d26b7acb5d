internal import Glibc
internal import MaaSCore

/// A regular file as an answer, with its validators, and in parts when a part is asked for.
///
/// It is open from the moment it is found, so what is sent is one version of it.
package struct FileBody: Sendable {
    private let reader: FileReader
    private let size: Int
    private let modifiedSeconds: Int64
    private let tag: EntityTag
    private let type: String

    /// Opens the file; `nil` when there is no regular file that may be read.
    ///
    /// - Parameter type: its media type; `nil` derives it from the name.
    package init?(path: String, type: String? = nil) {
        // O_NONBLOCK: opening a pipe must not wait for a writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            return nil
        }
        self.size = Int(status.st_size)
        self.modifiedSeconds = Int64(status.st_mtim.tv_sec)
        let nanoseconds = Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec)
        self.tag = EntityTag(size: Int(status.st_size), modifiedNanoseconds: nanoseconds)
        self.type = type ?? MediaType.ofFile(named: path)
        self.reader = FileReader(descriptor)
    }

    /// What a request gets of the file. `count` is the length of the body, also when there is no reader.
    struct Answer {
        var status: Int
        var headers: HTTPHeaders
        var reader: FileReader?
        var count: Int
    }

    @LoopActor
    func answer(to request: WebRequest) -> Answer {
        var headers: HTTPHeaders = [
            "ETag": self.tag.text,
            "Last-Modified": HTTPDate.text(self.modifiedSeconds),
            "Accept-Ranges": "bytes",
        ]
        if self.isKnown(to: request) { return Answer(status: 304, headers: headers, reader: nil, count: 0) }
        headers["Content-Type"] = self.type
        switch ByteRange(self.wantedRange(of: request), size: self.size) {
        case .whole:
            self.reader.select(0..<self.size)
            return Answer(status: 200, headers: headers, reader: self.reader, count: self.size)
        case .part(let range):
            headers["Content-Range"] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(self.size)"
            self.reader.select(range)
            return Answer(status: 206, headers: headers, reader: self.reader, count: range.count)
        case .unsatisfiable:
            headers["Content-Range"] = "bytes */\(self.size)"
            return Answer(status: 416, headers: headers, reader: nil, count: 0)
        }
    }

    /// Whether the client has this version. `If-Modified-Since` counts only without `If-None-Match` (RFC 9110 §13.1.3).
    @LoopActor
    private func isKnown(to request: WebRequest) -> Bool {
        if let tags = request.headers["if-none-match"] { return self.tag.matches(tags) }
        guard let since = request.headers["if-modified-since"].flatMap(HTTPDate.seconds) else { return false }
        return self.modifiedSeconds <= since
    }

    /// The range that is asked for, unless the client has a part of another version (RFC 9110 §13.1.5).
    @LoopActor
    private func wantedRange(of request: WebRequest) -> String? {
        guard request.method == .get, let range = request.headers["range"] else { return nil }
        guard let condition = request.headers["if-range"] else { return range }
        let isSame = condition == self.tag.text || HTTPDate.seconds(condition) == self.modifiedSeconds
        return isSame ? range : nil
    }
}
