internal import CLibpq
internal import MaaSCore

/// The owner of a `PGconn`. Nothing outside this file uses libpq's connection directly.
///
/// Stop polling the descriptor before the handle is destroyed, because that closes it.
struct PostgresHandle: ~Copyable {
    private let connection: OpaquePointer

    /// Starts connecting; continue with ``connectStep()``.
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

    /// For owners that a pattern cannot borrow from, such as an optional property.
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

    /// Continues connecting when the descriptor is ready. The descriptor may change.
    borrowing func connectStep() -> ConnectStep {
        switch PQconnectPoll(self.connection) {
        case PGRES_POLLING_READING: .wait(.readable)
        case PGRES_POLLING_WRITING: .wait(.writable)
        case PGRES_POLLING_OK: .connected
        default: .failed
        }
    }

    /// Nothing blocks from here on. Returns false only when the connection is broken.
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

    /// Adds a sync point after a query, so that its failure does not affect later ones.
    borrowing func sync() -> Bool { PQpipelineSync(self.connection) == 1 }

    /// Flushes the output buffer. Returns whether data is left in it, or nil when the connection is lost.
    borrowing func flush() -> Bool? {
        switch PQflush(self.connection) {
        case 0: false
        case 1: true
        default: nil
        }
    }

    // MARK: Receiving

    /// Reads available input. Returns false when the connection is lost.
    borrowing func consumeInput() -> Bool { PQconsumeInput(self.connection) == 1 }

    /// Whether ``nextResult()`` would block.
    var isBusy: Bool { PQisBusy(self.connection) == 1 }

    borrowing func nextResult() -> PostgresResult? { PostgresResult(PQgetResult(self.connection)) }

    /// The payload of the next received notification; nil when there is none.
    borrowing func nextNotification() -> String? {
        guard let notification = PQnotifies(self.connection) else { return nil }
        defer { PQfreemem(notification) }
        return String(cString: notification.pointee.extra)
    }

    private static let binary: Int32 = 1
}

/// A null-terminated list of C strings, for the duration of a call.
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
            // An empty list has a nil base address, but no offsets that would use it.
            body(self.offsets.map { buffer.baseAddress.unsafelyUnwrapped + $0 } + [nil])
        }
    }
}

extension PostgresEncoder {
    /// Lends the parameters in libpq's form.
    fileprivate func withPointers<R>(
        _ body: (Int32, [UnsafePointer<CChar>?], [Int32], [Int32]) -> R
    ) -> R {
        let lengths = self.ranges.map { Int32($0?.count ?? 0) }
        let formats = [Int32](repeating: 1, count: self.ranges.count)
        // libpq takes a null pointer for NULL, so an empty value needs a valid pointer: the extra byte ensures it.
        return (self.bytes + [0]).withUnsafeBytes { buffer in
            let values = self.ranges.map { range in
                range.flatMap { buffer.baseAddress?.advanced(by: $0.lowerBound).assumingMemoryBound(to: CChar.self) }
            }
            return body(Int32(values.count), values, lengths, formats)
        }
    }
}
