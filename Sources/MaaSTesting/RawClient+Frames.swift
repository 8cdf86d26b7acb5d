/// WebSocket frames as on the wire (RFC 6455 §5.2).
extension RawClient {
    package enum Opcode: UInt8 {
        case continuation = 0
        case text = 1
        case binary = 2
        case close = 8
        case ping = 9
        case pong = 10
    }

    package struct Frame: Sendable {
        package let opcode: Opcode
        package let isFinal: Bool
        package let payload: [UInt8]

        package var text: String { String(decoding: self.payload, as: UTF8.self) }
    }

    package func sendFrame(_ opcode: Opcode, _ text: String) async throws {
        try await self.sendFrame(opcode, Array(text.utf8))
    }

    package func sendFrame(_ opcode: Opcode, _ payload: [UInt8], isFinal: Bool = true) async throws {
        let mask: [UInt8] = [1, 2, 3, 4]
        var frame = [opcode.rawValue | (isFinal ? 0x80 : 0)]
        switch payload.count {
        case 0..<126: frame.append(UInt8(payload.count) | 0x80)
        case 126..<65_536: frame += [126 | 0x80, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
        default: frame += [127 | 0x80] + (0..<8).reversed().map { UInt8(truncatingIfNeeded: payload.count >> ($0 * 8)) }
        }
        frame += mask
        frame += payload.enumerated().map { $0.element ^ mask[$0.offset % 4] }
        try await self.send(frame)
    }

    package func frame() async throws -> Frame {
        try await self.need(2)
        let first = self.received[0]
        var size = Int(self.received[1] & 0x7F)
        var head = 2
        if size >= 126 {
            let count = size == 126 ? 2 : 8
            try await self.need(2 + count)
            size = self.received[2..<2 + count].reduce(0) { $0 << 8 | Int($1) }
            head += count
        }
        try await self.need(head + size)
        let payload = Array(self.received[head..<head + size])
        self.drop(head + size)
        guard let opcode = Opcode(rawValue: first & 15) else { throw Failure(message: "opcode \(first & 15)") }
        return Frame(opcode: opcode, isFinal: first & 0x80 != 0, payload: payload)
    }

    /// Reads the frames of one message and joins them.
    package func message() async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let frame = try await self.frame()
            bytes += frame.payload
            if frame.isFinal { return bytes }
        }
    }

    private func need(_ count: Int) async throws {
        try await self.read { $0.count >= count }
        guard self.received.count >= count else { throw Failure(message: "the connection ended") }
    }
}
