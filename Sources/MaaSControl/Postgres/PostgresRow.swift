/// One row of a result.
package struct PostgresRow: Sendable {
    let table: PostgresTable
    let index: Int

    /// Reads a column that is never NULL.
    package func decode<Value: PostgresDecodable>(
        _ column: String,
        as _: Value.Type = Value.self
    ) throws(PostgresError) -> Value {
        guard let value = try self.decodeIfPresent(column, as: Value.self) else {
            throw PostgresError(.unexpectedValue, "column \"\(column)\" is NULL")
        }
        return value
    }

    /// Reads a column that may be NULL.
    package func decodeIfPresent<Value: PostgresDecodable>(
        _ column: String,
        as _: Value.Type = Value.self
    ) throws(PostgresError) -> Value? {
        guard let cell = try self.table.cell(self.index, column) else { return nil }
        return try Value(cell)
    }

    /// Reads a `bytea`; nil for NULL.
    package func bytes(_ column: String) throws(PostgresError) -> [UInt8]? {
        guard let cell = try self.table.cell(self.index, column) else { return nil }
        guard cell.type == .bytes else { throw cell.mismatch([UInt8].self) }
        return Array(cell.bytes)
    }
}
