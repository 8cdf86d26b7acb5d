internal import Glibc

/// Writes structured log lines to standard error: JSON for machines, text for a terminal.
///
/// The message is constant and data goes into the metadata, so that lines can be searched and counted.
package struct Logger: Sendable {
    package enum Level: String, Sendable, CaseIterable, Comparable {
        case debug, info, warning, error

        package static func < (left: Level, right: Level) -> Bool { left.order < right.order }
        private var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    package enum Format: String, Sendable, CaseIterable {
        case json, text
        /// Text on a terminal, JSON elsewhere.
        case automatic
    }

    /// Fields that are nil are left out of the line.
    package typealias Metadata = KeyValuePairs<LogKey, String?>

    package let service: String
    package let level: Level
    private let isText: Bool
    private let sink: LogSink

    package init(service: String, level: Level = .info, format: Format = .automatic) {
        self.init(service: service, level: level, format: format, sink: .standard)
    }

    init(service: String, level: Level, format: Format, sink: LogSink) {
        self.service = service
        self.level = level
        self.sink = sink
        switch format {
        case .json: self.isText = false
        case .text: self.isText = true
        case .automatic: self.isText = isatty(STDERR_FILENO) == 1
        }
    }

    package func debug(_ message: StaticString, _ metadata: Metadata = [:]) { self.log(.debug, message, metadata) }
    package func info(_ message: StaticString, _ metadata: Metadata = [:]) { self.log(.info, message, metadata) }
    package func warning(_ message: StaticString, _ metadata: Metadata = [:]) { self.log(.warning, message, metadata) }
    package func error(_ message: StaticString, _ metadata: Metadata = [:]) { self.log(.error, message, metadata) }

    private func log(_ level: Level, _ message: StaticString, _ metadata: Metadata) {
        guard level >= self.level else { return }
        self.sink.write(self.line(level, message, metadata, at: .now()), atOnce: level >= .warning)
    }

    /// Most lines are shorter than this.
    private static let usualLength = 256

    /// The UTF-8 of a line, including its end.
    func line(_ level: Level, _ message: StaticString, _ metadata: Metadata, at time: Timestamp) -> [UInt8] {
        var line: [UInt8] = []
        line.reserveCapacity(Self.usualLength)
        if self.isText {
            self.writeText(to: &line, level, message, metadata, time)
        } else {
            self.writeJSON(to: &line, level, message, metadata, time)
        }
        line.append(UInt8(ascii: "\n"))
        return line
    }

    private func writeText(
        to line: inout [UInt8],
        _ level: Level,
        _ message: StaticString,
        _ metadata: Metadata,
        _ time: Timestamp
    ) {
        time.write(to: &line)
        line += " \(level.rawValue) \(self.service): ".utf8
        message.withUTF8Buffer { line += $0 }
        for case (let key, let value?) in metadata {
            line.append(UInt8(ascii: " "))
            line += key.rawValue.utf8
            line.append(UInt8(ascii: "="))
            line += Self.escapingControls(value).utf8
        }
    }

    /// The value with control characters and line separators escaped as in Swift literals, so that it cannot break the
    /// line or control the terminal.
    private static func escapingControls(_ value: String) -> String {
        // Most values are plain ASCII.
        if value.hasOnlyBytes({ (0x20..<0x7F).contains($0) }) { return value }
        return value.unicodeScalars.map { Self.isActive($0) ? $0.escaped(asASCII: true) : String($0) }.joined()
    }

    private static func isActive(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    private func writeJSON(
        to line: inout [UInt8],
        _ level: Level,
        _ message: StaticString,
        _ metadata: Metadata,
        _ time: Timestamp
    ) {
        line += #"{"time":""#.utf8
        time.write(to: &line)
        line += #"","level":"\#(level.rawValue)","service":"\#(self.service)","message":"#.utf8
        JSONValue.write("\(message)", to: &line)
        for case (let key, let value?) in metadata {
            line += #",""#.utf8
            line += key.rawValue.utf8
            line += #"":"#.utf8
            JSONValue.write(value, to: &line)
        }
        line.append(UInt8(ascii: "}"))
    }
}
