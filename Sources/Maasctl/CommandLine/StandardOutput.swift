internal import Glibc
internal import MaaSCore

/// Standard output: what cannot be written ends the program, as whoever asked for it does not get it.
enum StandardOutput {
    /// Writes `line` and a line break.
    static func write(_ line: String) { self.write(Array((line + "\n").utf8)) }

    static func write(_ bytes: [UInt8]) {
        let number = bytes.withUnsafeBytes { OutputWriter.attempt($0, to: STDOUT_FILENO) }
        guard number != 0 else { return }
        if number == EPIPE {
            // `head` has seen enough. The event loop ignores the signal because of sockets.
            signal(SIGPIPE, SIG_DFL)
            raise(SIGPIPE)
        }
        let reason = String(cString: strerror(number))
        OutputWriter.write("maasctl: standard output cannot be written: \(reason)", to: STDERR_FILENO)
        exit(1)
    }
}
