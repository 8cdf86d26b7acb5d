internal import Testing

@testable internal import MaaSCore

@Suite("Parameter schema")
struct ParameterSchemaTests {
    /// A template whose one optional parameter `x` has this schema.
    private func template(_ schema: String) throws -> Template {
        try TemplateFixture.template(
            header: TemplateFixture.header.replacing(
                "motto: {type: string}",
                with: "motto: {type: string}\n    x: {\(schema)}"
            )
        )
    }

    private func faults(_ schema: String, _ value: JSONValue) throws -> [String] {
        let template = try self.template(schema)
        do throws(ParameterFaults) {
            _ = try template.validate(["prompt": "p", "x": value])
            return []
        } catch {
            #expect(error.faults.allSatisfy { $0.path == "x" })
            return error.faults.map(\.message)
        }
    }

    @Test(
        "valid values",
        arguments: [
            ("type: string", JSONValue.string("")), ("type: string", "1"), ("type: integer", 5), ("type: integer", 5.0),
            ("type: integer", .integer(.max)), ("type: number", 5), ("type: number", 0.5), ("type: boolean", true),
            ("type: integer, minimum: 1, maximum: 3", 1), ("type: integer, minimum: 1, maximum: 3", 3),
            ("type: number, exclusiveMinimum: 0", 0.001), ("type: integer, multipleOf: 8", 16),
            ("type: integer, multipleOf: 8", -8),
            ("type: number, multipleOf: 0.1", 0.3), ("type: integer, minimum: 1, x-step: 4", 49),
            ("type: integer, minimum: 1, x-step: 4", 1), ("type: string, maxLength: 2", "👩‍👩‍👧".prefixScalars(2)),
            ("type: string, minLength: 2", "e\u{301}"), ("type: string, pattern: '^a+$'", "aaa"),
            ("type: string, pattern: b", "abc"), (#"type: string, pattern: '\S'"#, " a\n"),
            ("type: string, enum: [a, b]", "b"), ("type: string, const: a", "a"),
            ("type: integer, minimum: -9223372036854775808, x-step: 3", .integer(.max)),
        ]
    )
    func allowed(schema: String, value: JSONValue) throws {
        #expect(try self.faults(schema, value) == [])
    }

    @Test(
        "invalid values, and their remedies",
        arguments: [
            ("type: string", JSONValue.integer(1), "must be a string, not a number"),
            ("type: string", .null, "must be a string, not null"),
            ("type: string", .array([]), "must be a string, not a list"),
            ("type: string", "a\0", "must not contain a NUL character"),
            ("type: integer", 1.5, "must be a whole number, not 1.5"),
            ("type: integer", .number(0x1p63), "must be a whole number of at most 64 bits"),
            ("type: integer", "1", "must be a whole number, not a string"),
            ("type: number", true, "must be a number, not true"),
            ("type: boolean", "true", "must be true or false, not a string"),
            ("type: boolean", .object([:]), "must be true or false, not an object"),
            ("type: integer, minimum: 1", 0, "must be 1 or more"),
            ("type: integer, maximum: 3", 4, "must be 3 or less"),
            ("type: integer, maximum: 9223372036854775806", .integer(.max), "must be 9223372036854775806 or less"),
            ("type: number, exclusiveMinimum: 0", 0, "must be more than 0"),
            ("type: number, exclusiveMaximum: 1.5", 1.5, "must be less than 1.5"),
            ("type: integer, multipleOf: 8", 12, "must be a multiple of 8"),
            ("type: integer, minimum: 1, x-step: 4", 50, "must be 1 plus a multiple of 4, such as 49 or 53"),
            ("type: string, minLength: 1", "", "must have 1 character or more, has 0"),
            ("type: string, maxLength: 2", "a\u{301}b", "must have 2 characters or fewer, has 3"),
            ("type: string, pattern: '^a+$'", "ab", "must match ^a+$"),
            (#"type: string, pattern: '\S'"#, "", "must not be blank"),
            (#"type: string, pattern: '\S'"#, " \t\r\n\u{a0}\u{2003}\u{3000}", "must not be blank"),
            ("type: string, enum: [a, b]", "c", "must be one of a, b"),
            ("type: string, const: a", "b", "must be a"),
        ]
    )
    func refused(schema: String, value: JSONValue, message: String) throws {
        #expect(try self.faults(schema, value) == [message])
    }

    @Test("a number with a fraction of zero is an integer")
    func wholeNumbers() throws {
        let template = try self.template("type: integer, enum: [1.0, 2], default: 1.0")
        #expect(try template.validate(["prompt": "p"])["x"] == .integer(1))
        #expect(try template.validate(["prompt": "p", "x": .number(2)])["x"] == .integer(2))
        #expect(try self.faults("type: number, enum: [0.5, 1.0]", 1) == [])
    }

    @Test("all faults of all parameters are reported, in the order of the schema")
    func allFaults() throws {
        let template = try TemplateFixture.template()
        let error = try #require(throws: ParameterFaults.self) {
            try template.validate(["steps": 0, "stepz": 1, "pace": 9, "zzz": 1])
        }
        #expect(
            error.faults.map(\.description) == [
                "prompt is required", "steps must be 1 or more", "pace must be less than 5",
                "stepz is not a parameter of this template: did you mean steps?",
                "zzz is not a parameter of this template",
            ]
        )
    }

    @Test("parameters that are not an object", arguments: [JSONValue.null, .array([]), "x", 1])
    func notAnObject(value: JSONValue) throws {
        let template = try TemplateFixture.template()
        let error = try #require(throws: ParameterFaults.self) { try template.validate(value) }
        #expect(error.faults == [ParameterFault(path: "", message: "must be an object")])
    }

    @Test("a lone surrogate never reaches a parameter")
    func loneSurrogate() {
        #expect(throws: (any Error).self) { try JSONValue(parsing: Array(#"{"prompt": "\ud83d"}"#.utf8)) }
    }
}

extension String {
    /// The first code points, as a parameter.
    fileprivate func prefixScalars(_ count: Int) -> JSONValue {
        .string(String(String.UnicodeScalarView(self.unicodeScalars.prefix(count))))
    }
}
