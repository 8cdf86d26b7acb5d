internal import MaaSCore

/// The ids that identify requests in logs.
enum RequestID {
    /// The client's own id, if it is short and safe to log.
    static func accept(_ text: String?) -> String? {
        guard let text, (1...128).contains(text.utf8.count), text.utf8.allSatisfy(Self.isAllowed) else { return nil }
        return text
    }

    @LoopActor static func make() -> String { "req_" + Hexadecimal.encode(RandomBytes.shared.next(12)) }

    private static func isAllowed(_ character: UInt8) -> Bool {
        switch character {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "-_.:".utf8.contains(character)
        }
    }
}
