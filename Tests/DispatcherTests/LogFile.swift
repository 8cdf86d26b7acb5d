import FoundationEssentials
import Glibc
import Testing

@testable import MaaSCore

/// A file that a logger writes to, and what is in it.
@LoopActor
final class LogFile {
    private let path: String
    private let descriptor: CInt

    init(in directory: String) throws {
        self.path = "\(directory)/log"
        self.descriptor = open(self.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        try #require(self.descriptor >= 0)
    }

    deinit { close(self.descriptor) }

    func logger(_ level: Logger.Level) -> Logger {
        Logger(service: "dispatcher", level: level, format: .json, sink: LogSink(descriptor: self.descriptor))
    }

    /// What has been written so far.
    func entries() throws -> [JSONValue] {
        try Data(contentsOf: URL(filePath: self.path)).split(separator: UInt8(ascii: "\n"))
            .map { try JSONValue(parsing: Array($0)) }
    }
}
