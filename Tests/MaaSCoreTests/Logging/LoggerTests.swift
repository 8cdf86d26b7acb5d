internal import Testing

@testable internal import MaaSCore

struct LoggerTests {
    private static let time = Timestamp(milliseconds: 0)

    /// What users and servers say gets into logs: it must not look like a line of its own, nor steer a terminal.
    @Test func aValueStaysOnItsLine() {
        let logger = Logger(service: "test", format: .text)
        let value = "a\nb\r\t\u{1B}[2J\u{9B}31m\u{2028}猫 \"q\""
        let line = String(decoding: logger.line(.info, "said", [.error: value], at: Self.time), as: UTF8.self)
        #expect(
            line == "1970-01-01T00:00:00.000Z info test: said error=a\\nb\\r\\t\\u{1B}[2J\\u{009B}31m\\u{2028}猫 \"q\"\n"
        )
    }

    @Test func machineReadableLinesAreJSON() throws {
        let logger = Logger(service: "test", format: .json)
        let line = logger.line(.warning, "said", [.error: "a\n\"b\"\u{1B}"], at: Self.time)
        #expect(line.dropLast().allSatisfy { $0 >= 0x20 })
        let document = try JSONValue(parsing: line)
        #expect(document["error"] == "a\n\"b\"\u{1B}")
        #expect(document["level"] == "warning")
    }

    @Test(arguments: [Logger.Format.text, .json])
    func missingValuesAreOmitted(format: Logger.Format) {
        let line = Logger(service: "test", format: format).line(
            .info,
            "said",
            [.trace: nil, .code: "x"],
            at: Self.time
        )
        let text = String(decoding: line, as: UTF8.self)
        #expect(!text.contains(LogKey.trace.rawValue))
        #expect(text.contains(LogKey.code.rawValue))
    }
}
