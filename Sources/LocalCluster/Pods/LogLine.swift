internal import MaaSCore

/// One line of a container's log file.
struct LogLine: Sendable, Hashable {
    /// As written in the file, in nanoseconds.
    let time: String
    /// Whether the next line of the file continues this one.
    let isPartial: Bool
    let text: ArraySlice<UInt8>

    /// Parses `<time> <stream> <F|P> <text>`, without the terminator; nil for anything else.
    init?(_ bytes: ArraySlice<UInt8>) {
        let parts = bytes.split(separator: UInt8(ascii: " "), maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, parts[2].count == 1 else { return nil }
        self.time = String(decoding: parts[0], as: UTF8.self)
        self.isPartial = parts[2].first == UInt8(ascii: "P")
        self.text = parts[3]
    }

    /// What `kubectl logs` prints.
    func rendered(withTime: Bool) -> [UInt8] {
        (withTime ? Array("\(self.time) ".utf8) : []) + self.text + (self.isPartial ? [] : [UInt8(ascii: "\n")])
    }
}
