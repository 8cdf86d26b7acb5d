/// One non-NULL value in PostgreSQL's binary format.
package struct PostgresCell {
    package let column: String
    package let type: PostgresType
    package let bytes: ArraySlice<UInt8>

    /// The error for decoding this cell as a type that it does not have.
    func mismatch(_ wanted: Any.Type) -> PostgresError {
        PostgresError(
            .unexpectedValue,
            "column \"\(self.column)\" (type \(self.type.oid), \(self.bytes.count) bytes) is not a valid \(wanted)"
        )
    }

    /// The cell as a big-endian integer, or nil if its size differs.
    func integer<Integer: FixedWidthInteger>(_: Integer.Type) -> Integer? {
        guard self.bytes.count == Integer.bitWidth / 8 else { return nil }
        return self.bytes.reduce(0) { $0 << 8 | Integer(truncatingIfNeeded: $1) }
    }
}
