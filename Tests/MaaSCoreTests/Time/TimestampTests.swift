internal import FoundationEssentials
internal import MaaSCore
internal import Testing

struct TimestampTests {
    /// Clients send back what they were told, to ask for what came before or after it.
    @Test func everyMillisecondSurvivesARoundTrip() {
        for milliseconds in Int64(1_790_000_000_000)..<1_790_000_002_000 {
            let time = Timestamp(milliseconds: milliseconds)
            #expect(Timestamp("\(time)") == time)
        }
    }

    @Test func aYearHasFourDigits() {
        #expect(Timestamp("9999-12-31T23:59:59.999Z")?.milliseconds == 253_402_300_799_999)
        for text in ["10000-01-01T00:00:00Z", "99999-01-01T00:00:00Z", "9999-12-31T23:59:59-01:00"] {
            #expect(Timestamp(text) == nil, "\(text)")
        }
    }

    @Test func millisecondsHaveThreeDigits() {
        #expect("\(Timestamp(milliseconds: 1_790_000_000_001))" == "2026-09-21T14:13:20.001Z")
        #expect("\(Timestamp(milliseconds: 1_790_000_000_999))" == "2026-09-21T14:13:20.999Z")
    }

    /// Around every change of the calendar: ends of months, leap days, centuries, the years before 1970.
    @Test func theTextMatchesFoundations() {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        let day: Int64 = 86_400_000
        for index in Int64(-26_000)..<60_000 {
            let time = Timestamp(milliseconds: index * day + (index * 7_919_777) % day)
            let date = Date(timeIntervalSince1970: (Double(time.milliseconds) + 0.1) / 1000)
            #expect("\(time)" == date.formatted(style))
        }
    }
}
