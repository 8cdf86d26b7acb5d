/// The source of a request's body. It is read by offset, so that a request can be resent from the start.
@LoopActor
enum HTTPBodySource {
    case bytes([UInt8])
    case file(LocalFile, length: Int64)

    /// The total length in bytes.
    var length: Int64 {
        switch self {
        case .bytes(let bytes): Int64(bytes.count)
        case .file(_, let length): length
        }
    }

    /// Reads into `buffer` at `offset` and returns the number of bytes; 0 at the end.
    func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws(HTTPClientError) -> Int {
        let count = Int(min(self.length - offset, Int64(buffer.count)))
        guard count > 0 else { return 0 }
        switch self {
        case .bytes(let bytes):
            buffer.copyBytes(from: bytes[Int(offset)..<Int(offset) + count])
            return count
        case .file(let file, _):
            return try file.read(at: offset, into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]))
        }
    }
}
