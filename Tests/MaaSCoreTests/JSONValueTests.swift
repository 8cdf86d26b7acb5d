import FoundationEssentials
import MaaSCore
import Testing

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

    @Test("A whole number beyond 64 bits is a number")
    func largeNumber() throws {
        #expect(try JSONValue(parsing: "18446744073709551616".utf8) == .number(18_446_744_073_709_551_616))
    }

    @Test(
        "What is no JSON is refused with its place",
        arguments: [
            ("", 1), ("{", 1), ("[1,]", 1), ("01", 1), ("nul", 1), ("[1]\n2", 2), ("{\n\"a\": 1,\n\"a\": 2}", 3),
            ("1e999", 1), ("-", 1), ("1.", 1), ("1e+", 1), ("-01", 1), (".5", 1), ("+1", 1), ("NaN", 1), ("truex", 1),
            ("\"\u{1}\"", 1), (#""\ud800""#, 1), (#""\udc00""#, 1), (#""\ud800\u0041""#, 1), (#""\u12g4""#, 1),
            (#""\x""#, 1), ("\"", 1), ("\"\\", 1), (#""\u12"#, 1), ("[1 2]", 1), (#"{"a" 1}"#, 1), (#"{"a":1,}"#, 1),
            ("{a:1}", 1), ("[\n\n}", 3), (#"{"a\u0000":1}"#, 1), ("\u{FEFF}1", 1), ("\u{A0}1", 1),
        ]
    )
    func faults(text: String, line: Int) {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: text.utf8) }
        #expect(error?.line == line)
        #expect(error?.message.isEmpty == false)
    }

    @Test(
        "Every way to write a value is read",
        arguments: [
            (#""\b\f\n\r\t\/\\\"""#, .string("\u{8}\u{C}\n\r\t/\\\"")), (#""\ud83e\udd8a \u00E9""#, "🦊 é"),
            (" \t\r\n[ 1 , { } ]\n", [1, [:]]), ("-0", 0), ("4.0", 4), ("1E2", 100), ("-1.5e-1", -0.15),
            (#""a\u0000b""#, "a\0b"),
            ("9223372036854775807", .integer(.max)), ("1e-999", 0), ("0.1", 0.1),
            ("9007199254740993.0", .number(0x1p53)),
        ] as [(String, JSONValue)]
    )
    func forms(text: String, value: JSONValue) throws {
        #expect(try JSONValue(parsing: text.utf8) == value)
    }

    /// Texts that are a few changes away from a good one: each is read as Foundation reads it, or refused as there. Foundation
    /// lets pass what we refuse on purpose, so it is asked about what we take.
    @Test("What is taken is taken by Foundation, as the same")
    func mutations() throws {
        var random = SystemRandomNumberGenerator()
        let text = Array(#"{"a":[1,-2.5e3,true,null,"x\n\u00e9\"é"],"b":{"c":[],"d":{}},"e":0}"#.utf8)
        let pieces = Array(#"{}[],:"\ue0123-+.tfn "#.utf8)
        var taken = 0
        for _ in 0..<20_000 {
            var bytes = text
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes.remove(at: place)
                case 1: bytes[place] = pieces.randomElement(using: &random) ?? 0
                default: bytes.insert(pieces.randomElement(using: &random) ?? 0, at: place)
                }
            }
            guard let value = try? JSONValue(parsing: bytes) else { continue }
            taken += 1
            #expect(
                try JSONDecoder().decode(JSONValue.self, from: Data(bytes)) == value,
                "\(String(decoding: bytes, as: UTF8.self))"
            )
        }
        #expect(taken > 1000)
    }

    @Test("Bytes that are no UTF-8, and nesting without end, are refused")
    func hostileBytes() {
        #expect(throws: JSONError.self) { try JSONValue(parsing: [0x22, 0xC3, 0x28, 0x22]) }
        #expect(throws: JSONError.self) { try JSONValue(parsing: String(repeating: "[", count: 100_000).utf8) }
    }
}
