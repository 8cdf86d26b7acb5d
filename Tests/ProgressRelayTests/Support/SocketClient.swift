internal import MaaSCore
internal import MaaSTesting

@testable internal import ProgressRelay

/// A client on a real WebSocket.
@LoopActor
final class SocketClient {
    /// What the server answered to the upgrade: 101, or why it refuses.
    let answer: RawClient.Response
    private let client: RawClient
    private var waiting: [JSONValue] = []
    /// The code and the reason with which the relay closed the connection.
    private(set) var closed: (code: Int, reason: String)?

    init(port: Int, ticket: String, headers: String, receiveBuffer: CInt?) async throws {
        self.client = try RawClient(port: port, receiveBuffer: receiveBuffer)
        try await self.client.send(
            """
            GET \(RelayRoutes.path) HTTP/1.1\r
            Host: relay\r
            Connection: Upgrade\r
            Upgrade: websocket\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
            Sec-WebSocket-Protocol: \(RelayRoutes.subprotocol), ticket.\(ticket)\r
            \(headers)\r

            """
        )
        self.answer = try await self.client.response()
    }

    func subscribe(_ task: TaskID, from: String = "") async throws {
        try await self.send(.text, Array(#"{"op":"subscribe","task":"\#(task)"\#(from)}"#.utf8))
    }

    func send(_ opcode: RawClient.Opcode, _ payload: [UInt8]) async throws {
        try await self.client.sendFrame(opcode, payload)
    }

    /// The next message of one of these kinds; nil when the connection ended.
    func next(_ kinds: String...) async throws -> JSONValue? {
        while true {
            while !self.waiting.isEmpty {
                let message = self.waiting.removeFirst()
                if kinds.contains(message["t"]?.string ?? "") { return message }
            }
            guard let frame = try? await self.client.frame() else { return nil }
            switch frame.opcode {
            case .text: self.waiting = try JSONValue(parsing: frame.payload).array ?? []
            case .close:
                let code = frame.payload.prefix(2).reduce(0) { $0 << 8 | Int($1) }
                self.closed = (code, String(decoding: frame.payload.dropFirst(2), as: UTF8.self))
                return nil
            default: break
            }
        }
    }

    /// Reads until the connection ends, and returns how the relay said that it does.
    func end() async throws -> (code: Int, reason: String)? {
        while try await self.next("never") != nil {}
        return self.closed
    }

    func close() { self.client.close() }
}
