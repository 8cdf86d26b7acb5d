internal import Glibc
internal import MaaSCore

/// Reads a container's log file incrementally.
struct LogFile: Sendable {
    let path: String
    private var offset = 0
    private var rest: [UInt8] = []

    init(path: String) {
        self.path = path
    }

    /// The complete lines since the last call; nil when there is no file.
    mutating func nextLines() -> [LogLine]? {
        let descriptor = open(self.path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = self.rest
        var buffer = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            let count = buffer.withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress, $0.count, off_t(self.offset))
            }
            guard count > 0 else { break }
            bytes += buffer[..<count]
            self.offset += count
        }
        guard let end = bytes.lastIndex(of: UInt8(ascii: "\n")) else {
            self.rest = bytes
            return []
        }
        self.rest = Array(bytes[(end + 1)...])
        return bytes[...end].split(separator: UInt8(ascii: "\n")).compactMap { LogLine($0) }
    }
}
