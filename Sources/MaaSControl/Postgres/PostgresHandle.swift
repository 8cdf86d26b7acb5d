internal import CLibpq
internal import MaaSCore

/// The one owner of a `PGconn`. Nothing outside this file sees libpq's connection.
///
/// Whoever polls the descriptor stops doing so before the handle ends, because the end closes it.
struct PostgresHandle: ~Copyable {
    private let connection: OpaquePointer

    /// Begins to connect; ``connectStep()`` goes on with it.
    init(connectingBy settings: [(keyword: String, value: String)]) throws(PostgresError) {
        let keywords = CStringList(settings.map(\.keyword))
        let values = CStringList(settings.map(\.value))
        let connection = keywords.withPointers { keywords in
            values.withPointers { values in PQconnectStartParams(keywords, values, 1) }
        }
        guard let connection else { throw PostgresError(.connectionFailed, "out of memory") }
        self.connection = connection
        // libpq would print notices to standard error.
        PQsetNoticeProcessor(connection, { _, _ in }, nil)
    }

    deinit { PQfinish(self.connection) }

    /// For owners that cannot be borrowed from by pattern: an optional property, say.
    borrowing func lend<R>(_ body: (borrowing PostgresHandle) -> R) -> R { body(self) }

    // MARK: State

    var descriptor: Int32 { PQsocket(self.connection) }
    var isBroken: Bool { PQstatus(self.connection) == CONNECTION_BAD }
    var errorMessage: String { PostgresConfiguration.trimmed(String(cString: PQerrorMessage(self.connection))) }

    // MARK: Connecting

    enum ConnectStep {
        case wait(DescriptorWatcher.Events)
        case connected
        case failed
    }

    /// Goes on connecting, once the descriptor is ready. The descriptor may be another one afterwards.
    borrowing func connectStep() -> ConnectStep {
        switch PQconnectPoll(self.connection) {
        case PGRES_POLLING_READING: .wait(.readable)
        case PGRES_POLLING_WRITING: .wait(.writable)
        case PGRES_POLLING_OK: .connected
        default: .failed
        }
    }

    /// Never blocks from here on. Returns false when libpq refuses, which it does on a broken connection only.
    borrowing func enterPipelineMode() -> Bool {
        PQsetnonblocking(self.connection, 1) == 0 && PQenterPipelineMode(self.connection) == 1
    }

    borrowing func leavePipelineMode() -> Bool { PQexitPipelineMode(self.connection) == 1 }

    // MARK: Sending. Each returns false when the connection can no longer be used.

    borrowing func prepare(_ name: String, _ sql: String, _ types: [PostgresType]) -> Bool {
        PQsendPrepare(self.connection, name, sql, Int32(types.count), types.map(\.oid)) == 1
    }

    borrowing func execute(prepared name: String, _ parameters: PostgresEncoder) -> Bool {
        parameters.withPointers { count, values, lengths, formats in
            PQsendQueryPrepared(self.connection, name, count, values, lengths, formats, Self.binary) == 1
        }
    }

    borrowing func execute(_ sql: String, _ types: [PostgresType], _ parameters: PostgresEncoder) -> Bool {
        parameters.withPointers { count, values, lengths, formats in
            let oids = types.map(\.oid)
            return PQsendQueryParams(self.connection, sql, count, oids, values, lengths, formats, Self.binary) == 1
        }
    }

    /// Sends any number of statements, outside of pipeline mode.
    borrowing func execute(script: String) -> Bool { PQsendQuery(self.connection, script) == 1 }

    /// Ends a query of the pipeline, so that its failure stays its own.
    borrowing func sync() -> Bool { PQpipelineSync(self.connection) == 1 }

    /// Hands what is buffered to the kernel. Returns whether more is left, or nil when the connection is lost.
    borrowing func flush() -> Bool? {
        switch PQflush(self.connection) {
        case 0: false
        case 1: true
        default: nil
        }
    }

    // MARK: Receiving

    /// Takes what the kernel has. Returns false when the connection is lost.
    borrowing func consumeInput() -> Bool { PQconsumeInput(self.connection) == 1 }

    /// Whether ``nextResult()`` would have to wait.
    var isBusy: Bool { PQisBusy(self.connection) == 1 }

    borrowing func nextResult() -> PostgresResult? { PostgresResult(PQgetResult(self.connection)) }

    /// The payload of the next notification that has arrived; nil when there is none.
    borrowing func nextNotification() -> String? {
        guard let notification = PQnotifies(self.connection) else { return nil }
        defer { PQfreemem(notification) }
        return String(cString: notification.pointee.extra)
    }

    private static let binary: Int32 = 1
}

/// C strings with a null at the end of the list, for the length of a call.
private struct CStringList {
    private let bytes: [CChar]
    private let offsets: [Int]

    init(_ strings: [String]) {
        var bytes: [CChar] = []
        var offsets: [Int] = []
        for string in strings {
            offsets.append(bytes.count)
            bytes += string.utf8CString
        }
        self.bytes = bytes
        self.offsets = offsets
    }

    func withPointers<R>(_ body: ([UnsafePointer<CChar>?]) -> R) -> R {
        self.bytes.withUnsafeBufferPointer { buffer in
            // An empty list has no base address and no offsets either.
            body(self.offsets.map { buffer.baseAddress.unsafelyUnwrapped + $0 } + [nil])
        }
    }
}

extension PostgresEncoder {
    /// Lends the parameters as libpq takes them.
    fileprivate func withPointers<R>(
        _ body: (Int32, [UnsafePointer<CChar>?], [Int32], [Int32]) -> R
    ) -> R {
        let lengths = self.ranges.map { Int32($0?.count ?? 0) }
        let formats = [Int32](repeating: 1, count: self.ranges.count)
        // A null pointer means NULL to libpq, so an empty value must point somewhere: one byte is always there.
        return (self.bytes + [0]).withUnsafeBytes { buffer in
            let values = self.ranges.map { range in
                range.flatMap { buffer.baseAddress?.advanced(by: $0.lowerBound).assumingMemoryBound(to: CChar.self) }
            }
            return body(Int32(values.count), values, lengths, formats)
        }
    }
}
