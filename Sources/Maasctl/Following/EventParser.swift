internal import MaaSCore

/// An incremental parser of server-sent events (HTML standard §9.2).
struct EventParser {
    struct Event: Equatable {
        var name = "message"
        var data = ""
        /// The value for `Last-Event-ID` after a reconnect.
        var id: String?
    }

    private var rest: [UInt8] = []
    private var event = Event()
    private var hasData = false

    /// Appends `bytes` and returns the events they complete.
    mutating func append(_ bytes: [UInt8]) -> [Event] {
        self.rest += bytes
        var events: [Event] = []
        while let end = self.rest.firstIndex(of: UInt8(ascii: "\n")) {
            var line = String(decoding: self.rest[..<end], as: UTF8.self)
            self.rest.removeSubrange(...end)
            if line.hasSuffix("\r") { line.removeLast() }
            if let event = self.read(line) { events.append(event) }
        }
        return events
    }

    private mutating func read(_ line: String) -> Event? {
        guard !line.isEmpty else {
            defer { (self.event, self.hasData) = (Event(), false) }
            return self.hasData ? self.event : nil
        }
        let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        var value = parts.count == 2 ? String(parts[1]) : ""
        if value.hasPrefix(" ") { value.removeFirst() }
        switch parts[0] {
        case "event": self.event.name = value
        case "id": self.event.id = value
        case "data":
            if self.hasData { self.event.data += "\n" }
            self.event.data += value
            self.hasData = true
        default: break  // A comment, or `retry`, for which we have a backoff of our own.
        }
        return nil
    }
}
