internal import Glibc
package import MaaSCore

/// A private file of a request, deleted when the last reference to it goes away. It must not outlive the request's
/// answer, until which its bytes count against the server's budget for files.
package final class TemporaryFile: @unchecked Sendable {  // One task writes it, and then it only is read.
    package let path: String
    private let request: WebRequestBody
    /// Bytes written so far.
    package private(set) var count = 0
    /// The error of the last ``append(_:)``, for callers who cannot pass it on.
    package private(set) var failure: WebError?
    private var hasher: SHA256? = SHA256()
    private let descriptor: CInt

    /// Creates an empty file that only this user can read. Throws `WebError` 500 when that fails.
    ///
    /// - Parameter request: to which the file is charged.
    package init(in directory: String, of request: WebRequestBody) throws {
        self.request = request
        var template = Array("\(directory)/maas-upload-XXXXXX".utf8CString)
        self.descriptor = mkstemp(&template)
        // Without the NUL.
        self.path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        if self.descriptor < 0 { throw WebError.internalError }
        // Child processes are started only on this thread, so none can inherit it in between.
        _ = fcntl(self.descriptor, F_SETFD, FD_CLOEXEC)
    }

    deinit {
        guard self.descriptor >= 0 else { return }
        close(self.descriptor)
        unlink(self.path)
    }

    /// The SHA-256 of the whole file after ``finish()``; empty before.
    package private(set) var digest: [UInt8] = []

    /// Ends writing.
    package func finish() {
        if let hasher = self.hasher.take() { self.digest = hasher.finalize() }
    }

    /// Appends `bytes`. Throws `WebError`: 503 when that exceeds the server's budget, 429 when it exceeds the user's
    /// share, 500 when the disk is full.
    @LoopActor
    package func append(_ bytes: [UInt8]) throws(WebError) {
        do throws(WebError) {
            try self.request.keepInFile(bytes.count)
            try self.write(bytes)
        } catch {
            self.failure = error
            throw error
        }
        self.count += bytes.count
        self.hasher?.update(bytes)
    }

    private func write(_ bytes: [UInt8]) throws(WebError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(self.descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw .internalError }
            rest = rest.dropFirst(written)
        }
    }

    /// The first bytes of the file, at most `limit`: enough to detect its type.
    package func prefix(_ limit: Int) -> [UInt8] { self.bytes(at: 0, limit: limit) }

    /// Bytes of the file from `offset` on, at most `limit`.
    package func bytes(at offset: Int, limit: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            count = max(0, pread(self.descriptor, buffer.baseAddress, limit, off_t(offset)))
        }
    }
}
