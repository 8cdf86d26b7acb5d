internal import MaaSCore

/// The bytes of a response that are still to be sent, and their framing.
@LoopActor
struct ResponseBody {
    /// What remains after a piece was taken.
    enum Step {
        case more
        /// Nothing now; the stream will signal more.
        case waits
        case end
        case failed
    }

    private enum Source {
        case none
        case bytes([UInt8], sent: Int)
        case file(FileReader)
        case stream(ResponseStream)
    }

    private var source: Source
    private let isChunked: Bool
    /// Sent before the source, unframed.
    private var prefix: ArraySlice<UInt8> = []

    private static var date = CurrentHTTPDate()

    /// The most bytes of chunk framing around one piece: hexadecimal size, two line ends, and the last chunk.
    private static let chunkOverhead = 32

    /// The head and the body of a response.
    static func make(
        for response: WebResponse,
        to request: WebRequest,
        stream: ResponseStream?,
        isHTTP10: Bool,
        keepsAlive: Bool
    ) -> (head: ResponseHead, body: ResponseBody) {
        var response = response
        var keepsAlive = keepsAlive
        var source = Source.none
        var framing = ResponseHead.Framing.length(0)
        switch response.body {
        case .none:
            if HTTPStatus.isBodiless(response.status) { framing = .none }
        case .bytes(let bytes):
            source = .bytes(bytes, sent: 0)
            framing = .length(bytes.count)
        case .file(let file):
            let answer = file.answer(to: request)
            response.status = answer.status
            for field in answer.headers { response.headers[field.name] = field.value }
            source = answer.reader.map { .file($0) } ?? .none
            framing = HTTPStatus.isBodiless(answer.status) ? .none : .length(answer.count)
        case .sized(let count, _):
            if let stream { source = .stream(stream) }
            framing = .length(count)
        case .stream, .events:
            if let stream { source = .stream(stream) }
            framing = isHTTP10 ? .untilClose : .chunked
            if isHTTP10 { keepsAlive = false }
        }
        if request.method == .head { source = .none }
        response.headers["X-Request-ID"] = request.id
        response.headers["Date"] = Self.date.text(of: .now())
        let head = ResponseHead(
            status: response.status,
            headers: response.headers,
            framing: framing,
            keepsAlive: keepsAlive
        )
        return (head, ResponseBody(source: source, isChunked: framing == .chunked))
    }

    private init(source: Source, isChunked: Bool) {
        self.source = source
        self.isChunked = isChunked
    }

    mutating func prepend(_ bytes: [UInt8]) { self.prefix = bytes[...] }

    /// Writes the next bytes into `room` and adds their number to `count`.
    mutating func fill(_ room: UnsafeMutableRawBufferPointer, count: inout Int) -> Step {
        guard self.prefix.isEmpty else {
            let piece = self.prefix.prefix(room.count)
            room.copyBytes(from: piece)
            self.prefix = self.prefix.dropFirst(piece.count)
            count += piece.count
            return .more
        }
        switch self.source {
        case .none:
            return .end
        case .bytes(let bytes, let sent):
            let piece = bytes[sent...].prefix(room.count)
            room.copyBytes(from: piece)
            count += piece.count
            self.source = .bytes(bytes, sent: sent + piece.count)
            return sent + piece.count == bytes.count ? .end : .more
        case .file(let reader):
            guard let read = reader.read(into: room) else { return .failed }
            count += read
            return reader.isAtEnd ? .end : .more
        case .stream(let stream):
            return self.fill(room, from: stream, count: &count)
        }
    }

    private func fill(_ room: UnsafeMutableRawBufferPointer, from stream: ResponseStream, count: inout Int) -> Step {
        let piece = stream.take(room.count - Self.chunkOverhead)
        let isAtEnd = stream.isAtEnd
        if stream.hasFailed { return .failed }
        var bytes: [UInt8] = []
        if self.isChunked {
            if !piece.isEmpty { bytes = Array("\(String(piece.count, radix: 16))\r\n".utf8) + piece + [13, 10] }
            if isAtEnd { bytes += "0\r\n\r\n".utf8 }
        } else {
            bytes = Array(piece)
        }
        room.copyBytes(from: bytes)
        count += bytes.count
        if isAtEnd { return .end }
        return stream.isEmpty ? .waits : .more
    }
}
