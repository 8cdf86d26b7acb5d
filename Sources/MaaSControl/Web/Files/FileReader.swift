internal import Glibc

/// Reads a range of an open file, and closes it on deinit.
///
/// A read may block on the disk. Files served here are small or were just written, so they are in the page cache; large
/// videos are served by the object store.
final class FileReader: @unchecked Sendable {  // One answer uses it, on the loop.
    private let descriptor: CInt
    private var remaining = 0..<0

    init(_ descriptor: CInt) { self.descriptor = descriptor }

    deinit { close(self.descriptor) }

    var isAtEnd: Bool { self.remaining.isEmpty }

    func select(_ range: Range<Int>) { self.remaining = range }

    /// Fills `room` and returns the number of bytes; nil when the file has become shorter or cannot be read.
    func read(into room: UnsafeMutableRawBufferPointer) -> Int? {
        let wanted = min(room.count, self.remaining.count)
        guard wanted > 0 else { return 0 }
        let count = pread(self.descriptor, room.baseAddress, wanted, self.remaining.lowerBound)
        guard count > 0 else { return nil }
        self.remaining = self.remaining.lowerBound + count..<self.remaining.upperBound
        return count
    }
}
