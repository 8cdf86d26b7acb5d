/// One value in PostgreSQL's binary format that is not NULL.
package struct PostgresCell {
    package let column: String
    package let type: PostgresType
    package let bytes: ArraySlice<UInt8>

    /// The error of asking this cell for something it is not.
    func mismatch(_ wanted: Any.Type) -> PostgresError {
        PostgresError(
            .unexpectedValue,
            "column \"\(self.column)\" of type \(self.type.oid) and \(self.bytes.count) bytes is no \(wanted)"
        )
    }

    /// The cell as a big-endian integer, if it is as long as one.
    func integer<Integer: FixedWidthInteger>(_: Integer.Type) -> Integer? {
        guard self.bytes.count == Integer.bitWidth / 8 else { return nil }
        return self.bytes.reduce(0) { $0 << 8 | Integer(truncatingIfNeeded: $1) }
    }
}
