internal import MaaSCore
internal import Testing

@testable internal import MaaSControl

@Suite struct PostgresEncoderTests {
    @Test func interpolationMakesParametersAndNeverSQL() {
        let query: PostgresQuery = "SELECT \("'; DROP TABLE tasks; --"), \(7), \(sql: "now()")"
        #expect(query.sql == "SELECT $1, $2, now()")
        #expect(query.values == [.text("'; DROP TABLE tasks; --"), .int(7)])
    }

    @Test func nullDiffersFromAnEmptyString() throws {
        let encoder = try PostgresEncoder([.text(nil), .text(""), .bool(true)])
        #expect(encoder.ranges == [nil, 0..<0, 0..<1])
        #expect(encoder.bytes == [1])
    }

    @Test func anArrayCarriesLengthsAndNoQuotes() throws {
        let encoder = try PostgresEncoder([.textArray(["a", nil])])
        let expected: [UInt8] = [0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 25, 0, 0, 0, 2, 0, 0, 0, 1]
        #expect(encoder.bytes == expected + [0, 0, 0, 1, 97] + [255, 255, 255, 255])
    }

    @Test(arguments: [
        PostgresValue.text("a\0b"), .textArray(["a", "\0"]), .json(["a": ["b": "c\0"]]), .json(["k\0": 1]),
        .jsonArray([nil, ["\0"]]),
    ])
    func aNULIsRejectedNamingItsParameter(value: PostgresValue) {
        let error = #expect(throws: PostgresError.self) { try PostgresEncoder([.int(1), value]) }
        #expect(error?.code == .invalidParameter)
        #expect(error?.message.contains("$2") == true)
    }
}
