internal import Glibc
internal import MaaSCore

/// Size and SHA-256 of a file.
struct FileDigest: Equatable {
    let size: Int64
    /// Lower-case hexadecimal.
    let sha256: String

    /// Reads the file piece by piece, letting the loop go on in between. Nil when it cannot be read.
    @LoopActor
    static func read(_ path: String) async -> FileDigest? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var hash = SHA256()
        var size: Int64 = 0
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0 { return nil }
            if count == 0 { break }
            buffer.withUnsafeBytes { hash.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
            size += Int64(count)
            await Task.yield()
        }
        return FileDigest(size: size, sha256: Hexadecimal.encode(hash.finalize()))
    }
}
