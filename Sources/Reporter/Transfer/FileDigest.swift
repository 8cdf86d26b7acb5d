internal import Glibc
internal import MaaSCore

/// A file's size and checksums.
struct FileDigest: Equatable {
    let size: Int64
    /// SHA-256 in lower-case hexadecimal.
    let sha256: String
    /// MD5 for `Content-MD5` (RFC 1864); nil where MD5 is unavailable.
    let contentMD5: String?

    /// Reads the file in pieces, yielding to the loop in between. Nil when it cannot be read.
    @LoopActor
    static func read(_ path: String) async -> FileDigest? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var hash = SHA256()
        let md5 = MD5()
        var size: Int64 = 0
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0 { return nil }
            if count == 0 { break }
            buffer.withUnsafeBytes {
                hash.update(UnsafeRawBufferPointer(rebasing: $0[..<count]))
                md5?.update(UnsafeRawBufferPointer(rebasing: $0[..<count]))
            }
            size += Int64(count)
            await Task.yield()
        }
        return FileDigest(
            size: size,
            sha256: Hexadecimal.encode(hash.finalize()),
            contentMD5: (md5?.finalize()).map(Base64.standard.encode)
        )
    }
}
