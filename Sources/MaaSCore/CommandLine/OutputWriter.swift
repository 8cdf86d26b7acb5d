internal import Glibc

/// Writes lines to our own output.
package enum OutputWriter {
    /// Writes all of `line` and its end. Gives up on an error: nobody is left to read.
    package static func write(_ line: String, to descriptor: Int32) {
        var line = line + "\n"
        line.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
                if count > 0 {
                    rest = UnsafeRawBufferPointer(rebasing: rest[count...])
                } else if errno == EAGAIN {
                    // Somebody has made the descriptor non-blocking. Whoever reads our log sets the pace.
                    var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    poll(&ready, 1, 1000)
                } else if errno != EINTR {
                    return
                }
            }
        }
    }
}
