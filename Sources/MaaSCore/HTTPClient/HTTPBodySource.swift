/// Where the body of a request comes from. It is read by offset: a request that has to be sent again starts over.
@LoopActor
enum HTTPBodySource {
    case bytes([UInt8])
    case file(LocalFile, length: Int64)

    /// Bytes in all.
    var length: Int64 {
        switch self {
        case .bytes(let bytes): Int64(bytes.count)
        case .file(_, let length): length
        }
    }

    /// Fills `buffer` with what is at `offset` and returns how much that is; 0 at the end.
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
