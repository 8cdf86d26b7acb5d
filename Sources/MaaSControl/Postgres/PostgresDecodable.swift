package import MaaSCore

/// A type that can be decoded from a column.
package protocol PostgresDecodable {
    /// Throws ``PostgresError/Code/unexpectedValue`` when the column has another type.
    init(_ cell: PostgresCell) throws(PostgresError)
}

extension Bool: PostgresDecodable {
    package init(_ cell: PostgresCell) throws(PostgresError) {
        guard cell.type == .bool, let byte = cell.integer(UInt8.self) else { throw cell.mismatch(Bool.self) }
        self = byte != 0
    }
}

extension Int: PostgresDecodable {
    /// Reads `smallint`, `integer` and `bigint`.
    package init(_ cell: PostgresCell) throws(PostgresError) {
        let number: Int? =
            switch cell.type {
            case .int2: cell.integer(UInt16.self).map { Int(Int16(bitPattern: $0)) }
            case .int4: cell.integer(UInt32.self).map { Int(Int32(bitPattern: $0)) }
            case .int8: cell.integer(UInt64.self).map { Int(Int64(bitPattern: $0)) }
            default: nil
            }
        guard let number else { throw cell.mismatch(Int.self) }
        self = number
    }
}

extension Double: PostgresDecodable {
    /// Reads `real` and `double precision`. A `real` becomes the shortest number that it stands for: 17.3, not the
    /// 17.299999237060547 that its bits are.
    package init(_ cell: PostgresCell) throws(PostgresError) {
        let number: Double? =
            switch cell.type {
            case .float4: cell.integer(UInt32.self).flatMap { Double("\(Float(bitPattern: $0))") }
            case .float8: cell.integer(UInt64.self).map { Double(bitPattern: $0) }
            default: nil
            }
        guard let number else { throw cell.mismatch(Double.self) }
        self = number
    }
}

extension String: PostgresDecodable {
    /// Reads `text`, `varchar` and `name`.
    package init(_ cell: PostgresCell) throws(PostgresError) {
        guard [.text, .varchar, .name].contains(cell.type) else { throw cell.mismatch(String.self) }
        self.init(decoding: cell.bytes, as: UTF8.self)
    }
}

extension JSONValue: PostgresDecodable {
    /// Reads `json` and `jsonb`.
    package init(_ cell: PostgresCell) throws(PostgresError) {
        let isBinary = cell.type == .jsonb
        guard isBinary || cell.type == .json else { throw cell.mismatch(JSONValue.self) }
        do {
            // jsonb is preceded by one version byte.
            try self.init(parsing: Array(isBinary ? cell.bytes.dropFirst() : cell.bytes))
        } catch {
            throw cell.mismatch(JSONValue.self)
        }
    }
}

extension Timestamp: PostgresDecodable {
    /// Reads `timestamptz`; throws for `infinity`.
    package init(_ cell: PostgresCell) throws(PostgresError) {
        guard cell.type == .timestamptz, let bits = cell.integer(UInt64.self) else {
            throw cell.mismatch(Timestamp.self)
        }
        let microseconds = Int64(bitPattern: bits)
        guard microseconds != .max, microseconds != .min else { throw cell.mismatch(Timestamp.self) }
        // Floor division, so that times before 2000 are rounded down too.
        let (quotient, remainder) = microseconds.quotientAndRemainder(dividingBy: 1000)
        let milliseconds = remainder < 0 ? quotient - 1 : quotient
        self.init(milliseconds: milliseconds + PostgresEncoder.epochMilliseconds)
    }
}
