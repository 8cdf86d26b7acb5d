package import MaaSCore

/// Server-sent events to one client (HTML standard §9.2).
@LoopActor
package final class EventStream {
    private let stream: ResponseStream

    init(_ stream: ResponseStream) { self.stream = stream }

    /// Sends one event; waits while the client is slow. Throws when the client has left.
    ///
    /// - Parameters:
    ///   - data: any text, in UTF-8; its lines are sent as the lines of the event.
    ///   - event: the type; nil means `message`.
    ///   - id: the id that a reconnecting client sends in `Last-Event-ID`.
    package func send(_ data: [UInt8], event: String? = nil, id: String? = nil) async throws {
        try await self.stream.write(Self.encode(data, event: event, id: id))
    }

    /// Sets the client's reconnection delay.
    package func send(retry: Duration) async throws {
        let milliseconds = retry.components.seconds * 1000 + retry.components.attoseconds / 1_000_000_000_000_000
        try await self.stream.write(Array("retry: \(milliseconds)\n\n".utf8))
    }

    /// Waits until the socket has taken everything. Throws when the client has left.
    package func drain() async throws { try await self.stream.drain() }

    /// Closes the connection to a client that stopped reading.
    package func abort() { self.stream.abort() }

    nonisolated static func encode(_ data: [UInt8], event: String?, id: String?) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(data.count + Self.usualOverhead)
        if let id { bytes += "id: \(Self.oneLine(id))\n".utf8 }
        if let event { bytes += "event: \(Self.oneLine(event))\n".utf8 }
        bytes += "data: ".utf8
        var last: UInt8 = 0
        for byte in data {
            switch byte {
            // CR, LF and CRLF all end a line in an event stream. Nothing else does, such as U+2028 in a JSON string.
            case UInt8(ascii: "\n") where last == UInt8(ascii: "\r"): break
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"): bytes += "\ndata: ".utf8
            default: bytes.append(byte)
            }
            last = byte
        }
        bytes += "\n\n".utf8
        return bytes
    }

    /// The names of the fields, the type and the id of most events.
    private nonisolated static let usualOverhead = 128

    private nonisolated static func oneLine(_ text: String) -> String { text.filter { !$0.isNewline && $0 != "\0" } }
}
