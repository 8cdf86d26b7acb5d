internal import MaaSCore

/// Encodes parameters in PostgreSQL's binary format, consecutively in one buffer.
///
/// The formats are those of the `*_send` and `*_recv` functions in PostgreSQL's `src/backend/utils/adt`.
struct PostgresEncoder {
    /// The bytes of all parameters.
    private(set) var bytes: [UInt8] = []
    /// The range of each parameter in ``bytes``; nil for NULL.
    private(set) var ranges: [Range<Int>?] = []

    /// Milliseconds from 1970 to PostgreSQL's own epoch, 2000-01-01.
    static let epochMilliseconds: Int64 = 946_684_800_000

    init(_ values: [PostgresValue]) throws(PostgresError) {
        for (index, value) in values.enumerated() {
            let start = self.bytes.count
            let isPresent: Bool
            do throws(PostgresError) {
                isPresent = try self.append(value)
            } catch {
                throw PostgresError(error.code, "parameter $\(index + 1): \(error.message)")
            }
            self.ranges.append(isPresent ? start..<self.bytes.count : nil)
        }
    }

    /// Returns false for NULL.
    private mutating func append(_ value: PostgresValue) throws(PostgresError) -> Bool {
        switch value {
        case .bool(let flag): try self.append(flag) { $0.bytes.append($1 ? 1 : 0) }
        case .int(let number): try self.append(number, Self.int)
        case .double(let number): try self.append(number, Self.double)
        case .text(let text): try self.append(text, Self.text)
        case .json(let document): try self.append(document, Self.json)
        case .timestamp(let time): try self.append(time, Self.timestamp)
        case .bytes(let bytes): try self.append(bytes) { $0.bytes += $1 }
        case .intArray(let elements): try self.append(elements, of: .int8, Self.int)
        case .doubleArray(let elements): try self.append(elements, of: .float8, Self.double)
        case .textArray(let elements): try self.append(elements, of: .text, Self.text)
        case .jsonArray(let elements): try self.append(elements, of: .jsonb, Self.json)
        case .timestampArray(let elements): try self.append(elements, of: .timestamptz, Self.timestamp)
        }
    }

    private typealias Write<Value> = @Sendable (inout PostgresEncoder, Value) throws(PostgresError) -> Void

    private mutating func append<Value>(_ value: Value?, _ write: Write<Value>) throws(PostgresError) -> Bool {
        guard let value else { return false }
        try write(&self, value)
        return true
    }

    /// A one-dimensional array with lower bound 1: number of dimensions, has-null flag, element type, length, lower
    /// bound, then each element preceded by its length.
    private mutating func append<Value>(
        _ elements: [Value?],
        of type: PostgresType,
        _ write: Write<Value>
    ) throws(PostgresError) -> Bool {
        guard !elements.isEmpty else {
            for word in [0, 0, Int32(type.oid)] { self.append(word) }
            return true
        }
        let hasNull: Int32 = elements.contains { $0 == nil } ? 1 : 0
        for word in [1, hasNull, Int32(type.oid), Int32(elements.count), 1] { self.append(word) }
        for element in elements {
            let lengthOffset = self.bytes.count
            self.append(Int32(-1))
            guard let element else { continue }
            try write(&self, element)
            let length = Int32(self.bytes.count - lengthOffset - 4)
            self.bytes.withUnsafeMutableBytes {
                $0.storeBytes(of: length.bigEndian, toByteOffset: lengthOffset, as: Int32.self)
            }
        }
        return true
    }

    private mutating func append(_ word: some FixedWidthInteger) {
        withUnsafeBytes(of: word.bigEndian) { self.bytes += $0 }
    }

    // MARK: Elements

    private static let int: Write<Int> = { encoder, value in encoder.append(Int64(value)) }
    private static let double: Write<Double> = { encoder, value in encoder.append(value.bitPattern) }

    private static let text: Write<String> = { (encoder, value) throws(PostgresError) in
        guard !value.holdsNUL else { throw Self.holdsNUL }
        encoder.bytes += value.utf8
    }

    private static let json: Write<JSONValue> = { (encoder, value) throws(PostgresError) in
        guard !value.holdsNUL else { throw Self.holdsNUL }
        encoder.bytes.append(1)  // The version of jsonb's binary format.
        value.write(to: &encoder.bytes)
    }

    private static let timestamp: Write<Timestamp> = { encoder, value in
        encoder.append((value.milliseconds - Self.epochMilliseconds) * 1000)
    }

    private static var holdsNUL: PostgresError {
        PostgresError(.invalidParameter, "PostgreSQL cannot store the character U+0000 in text")
    }
}

extension JSONValue {
    /// Whether a string or a key in the document holds U+0000, which jsonb cannot store.
    fileprivate var holdsNUL: Bool {
        switch self {
        case .string(let text): text.holdsNUL
        case .array(let elements): elements.contains { $0.holdsNUL }
        case .object(let members): members.contains { $0.key.holdsNUL || $0.value.holdsNUL }
        default: false
        }
    }
}
