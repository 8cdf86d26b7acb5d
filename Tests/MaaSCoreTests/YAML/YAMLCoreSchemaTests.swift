internal import MaaSCore
internal import Testing

@Suite("YAML core schema")
struct YAMLCoreSchemaTests {
    private func value(_ text: String) throws -> JSONValue? {
        guard case .object(let members) = try JSONValue(yaml: YAMLParser.document(in: Array("k: \(text)\n".utf8)))
        else {
            return nil
        }
        return members["k"]
    }

    @Test(
        "a plain scalar means what YAML 1.2 says",
        arguments: [
            ("", JSONValue.null), ("~", .null), ("null", .null), ("true", .bool(true)), ("FALSE", .bool(false)),
            ("0", .integer(0)), ("-12", .integer(-12)), ("+5", .integer(5)), ("0777", .integer(777)),
            ("0o17", .integer(15)), ("0xfF", .integer(255)), ("9223372036854775807", .integer(.max)),
            ("1.5", .number(1.5)), ("-.5", .number(-0.5)), ("1.", .number(1)), ("1e3", .number(1_000)),
            ("1E-2", .number(0.01)), ("yes", .string("yes")), ("on", .string("on")), ("inf", .string("inf")),
            ("nan", .string("nan")), ("0x", .string("0x")), ("1_000", .string("1_000")), ("1e", .string("1e")),
            ("12:30", .string("12:30")), ("2024-01-01", .string("2024-01-01")), ("٣", .string("٣")),
        ]
    )
    func plain(text: String, expected: JSONValue) throws {
        #expect(try self.value(text) == expected)
    }

    @Test("quotes and block styles make a string", arguments: ["\"1\"", "'1'", "!!str 1", "! 1", "|-\n  1", ">-\n  1"])
    func quoted(text: String) throws {
        #expect(try self.value(text) == .string("1"))
    }

    @Test("tags are obeyed")
    func tags() throws {
        #expect(try self.value("!!int \"7\"") == .integer(7))
        #expect(try self.value("!!float 7") == .integer(7))
    }

    @Test(
        "values that JSON lacks are rejected with their position",
        arguments: [".inf", "-.INF", ".nan", "9223372036854775808", "1e999", "!mine 1", "!!int x", "!!binary aGk="]
    )
    func refused(text: String) throws {
        let error = try #require(throws: YAMLError.self) { _ = try self.value(text) }
        #expect(error.code == .unsupported)
        #expect(error.position.line == 1)
    }
}
