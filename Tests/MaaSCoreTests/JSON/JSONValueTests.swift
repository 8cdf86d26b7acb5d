internal import MaaSCore
internal import Testing

@Suite("JSON value")
struct JSONValueTests {
    @Test(
        "Text survives a round trip, numbers keep their kind",
        arguments: [
            #"{"a":[1,2.5,true,null,"x\n\u0001\"\\é🦊"],"b":{}}"#, "[]", #""""#, "-9223372036854775808", "[[[]]]",
        ]
    )
    func roundTrip(text: String) throws {
        let value = try JSONValue(parsing: text.utf8)
        #expect(try JSONValue(parsing: value.encoded()) == value)
        #expect(value.text == text)
    }

    @Test("Equal objects have equal texts")
    func sortedKeys() throws {
        #expect(try JSONValue(parsing: #"{"b":1,"a":2}"#.utf8).text == #"{"a":2,"b":1}"#)
    }

    @Test("Subscripts read and write")
    func subscripts() {
        var value: JSONValue = [:]
        value["a"] = ["x"]
        #expect(value["a"]?[0] == "x")
        #expect(value["a"]?[1] == nil)
        #expect(value["b"]?["c"] == nil)
    }

    @Test("An integer beyond 64 bits is a floating-point number")
    func largeNumber() throws {
        #expect(try JSONValue(parsing: "18446744073709551616".utf8) == .number(18_446_744_073_709_551_616))
    }

    @Test(
        "Invalid JSON is rejected with its position",
        arguments: [
            ("", 1), ("{", 1), ("[1,]", 1), ("01", 1), ("nul", 1), ("[1]\n2", 2), ("{\n\"a\": 1,\n\"a\": 2}", 3),
            ("1e999", 1),
            ("\"\u{1}\"", 1), (#""\ud800""#, 1),
        ]
    )
    func faults(text: String, line: Int) {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: text.utf8) }
        #expect(error?.line == line)
        #expect(error?.message.isEmpty == false)
    }

    @Test("Invalid UTF-8 and excessive nesting are rejected")
    func hostileBytes() {
        #expect(throws: JSONError.self) { try JSONValue(parsing: [0x22, 0xC3, 0x28, 0x22]) }
        #expect(throws: JSONError.self) { try JSONValue(parsing: String(repeating: "[", count: 100_000).utf8) }
    }
}
