internal import CLibpq

/// The owner of a `PGresult`, until it is copied to Swift values.
struct PostgresResult: ~Copyable {
    private let result: OpaquePointer

    /// Returns nil for the null result with which libpq ends a statement.
    init?(_ result: OpaquePointer?) {
        guard let result else { return nil }
        self.result = result
    }

    deinit { PQclear(self.result) }

    /// The event for the pipeline.
    var event: PostgresPipelineEvent {
        switch PQresultStatus(self.result) {
        case PGRES_PIPELINE_SYNC: .synced
        case PGRES_PIPELINE_ABORTED: .skipped
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: .finished(self.table)
        default: .failed(self.error)
        }
    }

    private var table: PostgresTable {
        let columnCount = PQnfields(self.result)
        let rowCount = PQntuples(self.result)
        var bytes: [UInt8] = []
        var cells: [Range<Int>?] = []
        cells.reserveCapacity(Int(rowCount) * Int(columnCount))
        for row in 0..<rowCount {
            for column in 0..<columnCount {
                guard PQgetisnull(self.result, row, column) == 0 else {
                    cells.append(nil)
                    continue
                }
                let start = bytes.count
                let length = Int(PQgetlength(self.result, row, column))
                bytes += UnsafeRawBufferPointer(start: PQgetvalue(self.result, row, column), count: length)
                cells.append(start..<bytes.count)
            }
        }
        return PostgresTable(
            columns: (0..<columnCount).map { column in
                PostgresTable.Column(
                    name: PQfname(self.result, column).map { String(cString: $0) } ?? "",
                    type: PostgresType(oid: PQftype(self.result, column))
                )
            },
            rowCount: Int(rowCount),
            bytes: bytes,
            cells: cells,
            commandTag: String(cString: PQcmdStatus(self.result)),
            affectedRows: Int(String(cString: PQcmdTuples(self.result))) ?? 0
        )
    }

    private var error: PostgresError {
        let severity = self.field("V")
        let message =
            self.field("M") ?? PostgresConfiguration.trimmed(String(cString: PQresultErrorMessage(self.result)))
        let sqlState = self.field("C")
        // libpq's own errors have no SQLSTATE: the connection is lost. After FATAL and PANIC the server closes it.
        guard let sqlState, severity != "FATAL", severity != "PANIC" else {
            return PostgresError(.connectionLost, message, sqlState: sqlState)
        }
        return PostgresError(.refused, message, sqlState: sqlState, constraint: self.field("n"))
    }

    /// A field of the error by its `PG_DIAG_*` letter; those macros are character constants, which Swift does not
    /// import.
    private func field(_ letter: Unicode.Scalar) -> String? {
        PQresultErrorField(self.result, Int32(letter.value)).map { String(cString: $0) }
    }
}
