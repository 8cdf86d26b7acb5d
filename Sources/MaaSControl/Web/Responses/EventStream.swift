package import MaaSCore

/// Server-sent events to one client (HTML standard §9.2).
@LoopActor
package final class EventStream {
    private let stream: ResponseStream

    init(_ stream: ResponseStream) { self.stream = stream }

    /// Sends one event; waits while the client is slow. Throws when the client has left.
    ///
    /// - Parameters:
    ///   - data: any text; its lines are sent as the lines of the event.
    ///   - event: the type; nil means `message`.
    ///   - id: the id that a reconnecting client sends in `Last-Event-ID`.
    package func send(_ data: String, event: String? = nil, id: String? = nil) async throws {
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

    nonisolated static func encode(_ data: String, event: String?, id: String?) -> [UInt8] {
        var text = ""
        if let id { text += "id: \(Self.oneLine(id))\n" }
        if let event { text += "event: \(Self.oneLine(event))\n" }
        // CR, LF and CRLF all end a line in an event stream.
        for line in data.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            text += "data: \(line)\n"
        }
        return Array((text + "\n").utf8)
    }

    private nonisolated static func oneLine(_ text: String) -> String { text.filter { !$0.isNewline && $0 != "\0" } }
}
