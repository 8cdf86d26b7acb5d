internal import Glibc

/// The owner of a local file's descriptor.
///
/// Reads and writes go through the page cache on the loop's thread: a chunk takes microseconds, and regular files
/// cannot be polled.
@LoopActor
final class LocalFile {
    private let path: String
    private let descriptor: CInt

    /// Opens `path` for reading.
    init(reading path: String) throws(HTTPClientError) {
        self.path = path
        self.descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if self.descriptor < 0 { throw Self.error("open", path) }
    }

    /// Creates `path`, or truncates it.
    init(writing path: String) throws(HTTPClientError) {
        self.path = path
        self.descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        if self.descriptor < 0 { throw Self.error("create", path) }
    }

    deinit {
        if self.descriptor >= 0 { Glibc.close(self.descriptor) }
    }

    /// The size of the file, in bytes.
    func size() throws(HTTPClientError) -> Int64 {
        var status = stat()
        guard fstat(self.descriptor, &status) == 0 else { throw Self.error("inspect", self.path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw HTTPClientError(.file, "\(self.path) is not a regular file")
        }
        return Int64(status.st_size)
    }

    /// Reads at `offset`; 0 bytes only when `buffer` is empty.
    func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws(HTTPClientError) -> Int {
        let count = pread(self.descriptor, buffer.baseAddress, buffer.count, off_t(offset))
        if count < 0 { throw Self.error("read", self.path) }
        if count == 0 && !buffer.isEmpty { throw HTTPClientError(.file, "\(self.path) was shortened while being read") }
        return count
    }

    /// Appends all of `bytes`.
    func append(_ bytes: [UInt8]) throws(HTTPClientError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(self.descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno != EINTR { throw Self.error("write", self.path) }
            rest = rest.dropFirst(max(0, count))
        }
    }

    /// Renames the file to `path`, replacing an existing file.
    func rename(to path: String) throws(HTTPClientError) {
        if Glibc.rename(self.path, path) != 0 { throw Self.error("rename", self.path) }
    }

    /// Deletes the file, if it still has its name.
    func remove() {
        unlink(self.path)
    }

    private static func error(_ verb: String, _ path: String) -> HTTPClientError {
        HTTPClientError(.file, "cannot \(verb) \(path): \(String(cString: strerror(errno)))")
    }
}
