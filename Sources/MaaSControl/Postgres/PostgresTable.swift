/// The result of a statement: its rows, copied out of libpq's memory into one buffer, and its command tag.
final class PostgresTable: Sendable {
    struct Column: Sendable {
        let name: String
        let type: PostgresType
    }

    let columns: [Column]
    let rowCount: Int
    /// Such as `INSERT 0 3` or `COMMIT`.
    let commandTag: String
    /// Rows inserted, updated, deleted or selected.
    let affectedRows: Int

    private let bytes: [UInt8]
    /// Row by row; nil for NULL.
    private let cells: [Range<Int>?]
    private let indices: [String: Int]

    init(
        columns: [Column] = [],
        rowCount: Int = 0,
        bytes: [UInt8] = [],
        cells: [Range<Int>?] = [],
        commandTag: String = "",
        affectedRows: Int = 0
    ) {
        self.columns = columns
        self.rowCount = rowCount
        self.bytes = bytes
        self.cells = cells
        self.commandTag = commandTag
        self.affectedRows = affectedRows
        self.indices = Dictionary(columns.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    var rows: [PostgresRow] { (0..<self.rowCount).map { PostgresRow(table: self, index: $0) } }

    /// The value of `column` in `row`; nil for NULL.
    func cell(_ row: Int, _ column: String) throws(PostgresError) -> PostgresCell? {
        guard let index = self.indices[column] else {
            throw PostgresError(.unexpectedValue, "the result has no column \"\(column)\"")
        }
        guard let range = self.cells[row * self.columns.count + index] else { return nil }
        return PostgresCell(column: column, type: self.columns[index].type, bytes: self.bytes[range])
    }
}
