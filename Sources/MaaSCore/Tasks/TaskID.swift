/// A task's identifier: a UUIDv7 (RFC 9562) as 26 lower-case base32 characters.
///
/// The alphabet is Crockford's in lower case, which is in ASCII order: identifiers sort by time of creation, fit a DNS
/// label and can be read out loud.
package struct TaskID: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The identifier as a number, which is cheaper to compare, hash and copy than text.
    ///
    /// Stored in halves because of a miscompilation: when an optimized async function is passed a `UInt128` on the
    /// stack, 16-byte aligned, Swift 6.3 adjusts the stack wrongly and the program crashes.
    private let high, low: UInt64

    package static let length = 26

    /// Parses an identifier; nil unless it is well-formed.
    package init?(_ text: String) {
        guard text.utf8.count == Self.length,
            let first = text.utf8.first, first <= UInt8(ascii: "7")  // 26 characters hold 130 bits, an identifier 128.
        else { return nil }
        var bits: UInt128 = 0
        let digits = Self.digits  // Every access to a static property asks whether it is initialized.
        for character in text.utf8 {
            let digit = digits[Int(character)]
            guard digit < 32 else { return nil }
            bits = bits << 5 | UInt128(digit)
        }
        self.init(bits)
    }

    /// Makes an identifier from a time and ten random bytes.
    package init(time: Timestamp, random: some Collection<UInt8>) {
        precondition(random.count == 10, "a UUIDv7 takes ten random bytes")
        var bits: UInt128 = UInt128(truncatingIfNeeded: time.milliseconds) << 80
        for (index, byte) in random.enumerated() { bits |= UInt128(byte) << (72 - 8 * index) }
        bits = bits & ~(0xF << 76) | 7 << 76  // Version 7.
        bits = bits & ~(0b11 << 62) | 0b10 << 62  // The variant of RFC 9562.
        self.init(bits)
    }

    private init(_ bits: UInt128) {
        self.high = UInt64(truncatingIfNeeded: bits >> 64)
        self.low = UInt64(truncatingIfNeeded: bits)
    }

    private var bits: UInt128 { UInt128(self.high) << 64 | UInt128(self.low) }

    package var description: String {
        String(unsafeUninitializedCapacity: Self.length) { characters in
            for (index, character) in self.characters.enumerated() { characters[index] = character }
            return Self.length
        }
    }

    /// The characters of ``description``.
    package var characters: some Sequence<UInt8> {
        (0..<Self.length).lazy.map { [bits = self.bits, alphabet = Self.alphabet] in
            alphabet[Int(truncatingIfNeeded: bits >> (5 * (Self.length - 1 - $0))) & 31]
        }
    }

    /// A new identifier.
    @LoopActor package static func make() -> TaskID { TaskID(time: .now(), random: RandomBytes.shared.next(10)) }

    package static func < (left: TaskID, right: TaskID) -> Bool { (left.high, left.low) < (right.high, right.low) }

    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
    /// The value of each byte in ``alphabet``; 255 for other bytes.
    private static let digits = (0...UInt8.max).map { byte in Self.alphabet.firstIndex(of: byte).map(UInt8.init) ?? 255
    }
}

extension TaskID: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let id = TaskID(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a task id")
        }
        self = id
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.description)
    }
}
