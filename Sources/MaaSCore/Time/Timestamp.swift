package import FoundationEssentials

/// A point on the wall clock, in milliseconds since 1970 UTC.
package struct Timestamp: Sendable, Hashable, Comparable {
    package let milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    package static func now() -> Timestamp {
        Timestamp(milliseconds: Int64((Date.now.timeIntervalSince1970 * 1000).rounded(.down)))
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }

    package static func + (time: Timestamp, duration: Duration) -> Timestamp {
        Timestamp(milliseconds: time.milliseconds + Int64(duration.inSeconds * 1000))
    }

    package static func - (time: Timestamp, duration: Duration) -> Timestamp { time + (.zero - duration) }

    package static func - (left: Timestamp, right: Timestamp) -> Duration {
        .milliseconds(left.milliseconds - right.milliseconds)
    }

    /// Whole seconds since 1970, rounded down.
    package var seconds: Int64 { Int64(Int(self.milliseconds).floorDivided(by: 1000)) }

    package var date: Date { Date(timeIntervalSince1970: Double(self.milliseconds) / 1000) }
}

extension Timestamp: CustomStringConvertible {
    /// RFC 3339 with milliseconds: `2026-11-24T01:02:03.004Z`.
    package var description: String {
        var text: [UInt8] = []
        text.reserveCapacity(24)
        self.write(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends ``description``.
    func write(to text: inout [UInt8]) {
        let milliseconds = Int(self.milliseconds)
        let days = milliseconds.floorDivided(by: 86_400_000)
        let date = CalendarDay(daysSince1970: days)
        let time = milliseconds - days * 86_400_000
        text.append(decimal: date.year, width: 4)
        text.append(UInt8(ascii: "-"))
        text.append(decimal: date.month, width: 2)
        text.append(UInt8(ascii: "-"))
        text.append(decimal: date.day, width: 2)
        text.append(UInt8(ascii: "T"))
        text.append(decimal: time / 3_600_000, width: 2)
        text.append(UInt8(ascii: ":"))
        text.append(decimal: time / 60_000 % 60, width: 2)
        text.append(UInt8(ascii: ":"))
        text.append(decimal: time / 1000 % 60, width: 2)
        text.append(UInt8(ascii: "."))
        text.append(decimal: time % 1000, width: 3)
        text.append(UInt8(ascii: "Z"))
    }

    /// The range of RFC 3339, with years from 0000 to 9999.
    private static let writable: ClosedRange<Double> = -62_167_219_200...253_402_300_799.999

    /// Parses RFC 3339, with or without a fraction.
    package init?(_ text: String) {
        let styles = [Date.ISO8601FormatStyle(includingFractionalSeconds: true), Date.ISO8601FormatStyle()]
        guard let date = styles.lazy.compactMap({ try? $0.parse(text) }).first,
            Self.writable.contains(date.timeIntervalSince1970)
        else { return nil }
        self.init(milliseconds: Int64((date.timeIntervalSince1970 * 1000).rounded()))
    }
}
