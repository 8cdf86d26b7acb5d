internal import FoundationEssentials
internal import Glibc

/// Writes structured log lines to standard error: JSON for machines, text for a terminal.
///
/// The message is constant and the data goes into the metadata, so that lines can be searched and counted.
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

    package typealias Metadata = KeyValuePairs<LogKey, String>

    package let service: String
    package let level: Level
    private let isText: Bool

    package init(service: String, level: Level = .info, format: Format = .automatic) {
        self.service = service
        self.level = level
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
        let line = self.line(level, message, metadata, at: .now())
        // One write a line: lines of several services on one pipe do not mix.
        _ = Array(line.utf8).withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    func line(_ level: Level, _ message: StaticString, _ metadata: Metadata, at time: Timestamp) -> String {
        self.isText ? self.text(time, level, message, metadata) : self.json(time, level, message, metadata)
    }

    private func text(_ now: Timestamp, _ level: Level, _ message: StaticString, _ metadata: Metadata) -> String {
        let fields = metadata.map { " \($0.key.rawValue)=\(Self.inert($0.value))" }.joined()
        return "\(now) \(level.rawValue) \(self.service): \(message)\(fields)\n"
    }

    /// Without what would end the line or steer the terminal: control characters and line separators are written as Swift
    /// writes them in a literal.
    private static func inert(_ value: String) -> String {
        guard value.unicodeScalars.contains(where: self.isActive) else { return value }
        return value.unicodeScalars.map { self.isActive($0) ? $0.escaped(asASCII: true) : String($0) }.joined()
    }

    private static func isActive(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    private func json(_ now: Timestamp, _ level: Level, _ message: StaticString, _ metadata: Metadata) -> String {
        var line = #"{"time":"\#(now)","level":"\#(level.rawValue)","service":"\#(self.service)","message":"#
        line += JSONValue.string("\(message)").text
        for (key, value) in metadata { line += ",\"\(key.rawValue)\":\(JSONValue.string(value).text)" }
        return line + "}\n"
    }
}
