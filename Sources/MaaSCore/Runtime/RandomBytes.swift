internal import Glibc

/// Random bytes from the kernel, fetched 256 at a time: `SystemRandomNumberGenerator` makes a system call per word.
@LoopActor
package final class RandomBytes {
    package static let shared = RandomBytes()

    private var pool = [UInt8](repeating: 0, count: 256)  // getentropy gives at most 256 bytes a call.
    private var used = 256

    private init() {}

    /// `count` bytes suitable for keys and identifiers.
    package func next(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        while bytes.count < count {
            if self.used == self.pool.count { self.refill() }
            let taken = min(count - bytes.count, self.pool.count - self.used)
            bytes += self.pool[self.used..<self.used + taken]
            self.used += taken
        }
        return bytes
    }

    private func refill() {
        let status = self.pool.withUnsafeMutableBytes { getentropy($0.baseAddress!, $0.count) }
        // It fails only for more than 256 bytes or an invalid address; continuing without randomness would be worse.
        precondition(status == 0, "getentropy failed")
        self.used = 0
    }
}
