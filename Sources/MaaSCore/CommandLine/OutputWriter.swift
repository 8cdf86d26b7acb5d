internal import Glibc

/// Writes lines to standard output or standard error.
package enum OutputWriter {
    /// Writes all of `line` and a line break. Gives up on an error, as the reader is gone.
    package static func write(_ line: String, to descriptor: Int32) {
        var line = line + "\n"
        line.withUTF8 { Self.write(UnsafeRawBufferPointer($0), to: descriptor) }
    }

    /// Writes all of `bytes`. Gives up on an error.
    static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) {
        _ = self.attempt(bytes, to: descriptor)
    }

    /// Writes all of `bytes`. Gives up on an error, and returns its `errno`; 0 for none.
    package static func attempt(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32 {
        var rest = bytes
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if count > 0 {
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            } else if errno == EAGAIN {
                // Another process made the shared descriptor non-blocking. The reader of the log sets the pace.
                var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&ready, 1, 1000)
            } else if errno != EINTR {
                return errno
            }
        }
        return 0
    }
}
