internal import MaaSCore

/// Dates in HTTP's format: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7).
enum HTTPDate {
    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]  // 1970 began on a Thursday.
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Formats whole seconds since 1970 UTC.
    static func text(_ seconds: Int64) -> String {
        let days = Int(seconds).floorDivided(by: 86_400)
        let second = Int(seconds) - days * 86_400
        let day = CalendarDay(daysSince1970: days)
        let weekday = Self.weekdays[days - days.floorDivided(by: 7) * 7]
        let date = "\(weekday), \(Self.padded(day.day)) \(Self.months[day.month - 1]) \(Self.padded(day.year, 4))"
        return "\(date) \(Self.padded(second / 3600)):\(Self.padded(second / 60 % 60)):\(Self.padded(second % 60)) GMT"
    }

    /// Parses the only format that may still be generated; nil for any other text.
    static func seconds(_ text: String) -> Int64? {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", parts[0].hasSuffix(","),
            let day = Int(parts[1]), (1...31).contains(day),
            let month = Self.months.firstIndex(of: String(parts[2])),
            let year = Int(parts[3]), (1...9999).contains(year)
        else { return nil }
        let clock = parts[4].split(separator: ":").map { Int64($0) ?? -1 }
        guard clock.count == 3, (0...23).contains(clock[0]), (0...59).contains(clock[1]), (0...60).contains(clock[2])
        else { return nil }
        let days = Int64(CalendarDay(year: year, month: month + 1, day: day).daysSince1970)
        return days * 86_400 + clock[0] * 3600 + clock[1] * 60 + clock[2]
    }

    private static func padded(_ number: Int, _ width: Int = 2) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}
