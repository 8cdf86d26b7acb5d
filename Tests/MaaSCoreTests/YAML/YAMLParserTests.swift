internal import MaaSCore
internal import Testing

@Suite("YAML parser")
struct YAMLParserTests {
    private func parse(_ text: String, limits: YAMLLimits = YAMLLimits()) throws -> YAMLNode {
        try YAMLParser.document(in: Array(text.utf8), limits: limits)
    }

    private func failure(_ text: String, limits: YAMLLimits = YAMLLimits()) throws -> YAMLError {
        try #require(throws: YAMLError.self) { _ = try self.parse(text, limits: limits) }
    }

    @Test("keeps the order of keys, and the style and position of scalars")
    func structure() throws {
        let root = try self.parse(
            """
            # a comment
            zebra: plain
            apple: "quoted"
            list:
              - 'one'
              - |
                two
                lines
            """
        )
        let entries = try #require(root.mapping)
        #expect(entries.map(\.key.text) == ["zebra", "apple", "list"])
        #expect(entries.map(\.position.line) == [2, 3, 4])
        #expect(root["zebra"]?.scalar == YAMLScalar("plain", style: .plain))
        #expect(root["apple"]?.scalar == YAMLScalar("quoted", style: .doubleQuoted))
        #expect(root["apple"]?.position == YAMLPosition(line: 3, column: 8))
        #expect(
            root["list"]?.sequence?.map(\.scalar) == [
                YAMLScalar("one", style: .singleQuoted), YAMLScalar("two\nlines", style: .literal),
            ]
        )
        #expect(root["absent"] == nil)
    }

    @Test("reads several documents, and rejects a second one where one is expected")
    func documents() throws {
        let text = "name: a\n---\nname: b\n"
        #expect(try YAMLParser.documents(in: Array(text.utf8)).map { $0["name"]?.scalar?.text } == ["a", "b"])
        #expect(try YAMLParser.documents(in: []) == [])
        #expect(try self.failure(text).code == .documentCount)
        #expect(try self.failure(text).position.line == 3)
        #expect(try self.failure("# nothing\n").code == .documentCount)
    }

    @Test("replaces an alias with its anchor's node")
    func aliases() throws {
        let root = try self.parse("base: &b {cpu: 1}\nother: *b\nlist: [*b, *b]\n")
        #expect(root["other"] == root["base"])
        #expect(root["list"]?.sequence?.count == 2)
        #expect(try self.failure("a: *nowhere\n").code == .unknownAnchor)
        #expect(try self.failure("a: &a [*a]\n").code == .unknownAnchor)
    }

    @Test("anchors end with their document")
    func anchorScope() throws {
        let error = try #require(throws: YAMLError.self) {
            _ = try YAMLParser.documents(in: Array("a: &x 1\n---\nb: *x\n".utf8))
        }
        #expect(error.code == .unknownAnchor)
        #expect(error.position == YAMLPosition(line: 3, column: 4))
    }

    @Test("ten lines that expand to a billion nodes are rejected")
    func billionLaughs() throws {
        var text = "a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]\n"
        for level in 1...9 {
            let alias = "*a\(level - 1)"
            text += "a\(level): &a\(level) [\(Array(repeating: alias, count: 10).joined(separator: ", "))]\n"
        }
        #expect(try self.failure(text).code == .limit)
    }

    @Test("depth is limited, even through aliases")
    func depth() throws {
        var limits = YAMLLimits()
        limits.depth = 4
        _ = try self.parse("[[[x]]]", limits: limits)
        #expect(try self.failure("[[[[x]]]]", limits: limits).code == .limit)
        #expect(try self.failure("- &a [[x]]\n- [*a]\n", limits: limits).code == .limit)
        #expect(try self.failure(String(repeating: "[", count: 100_000)).code == .limit)
    }

    @Test("length is limited")
    func length() throws {
        var limits = YAMLLimits()
        limits.bytes = 10
        #expect(try self.parse("a: 1234567", limits: limits)["a"]?.scalar?.text == "1234567")
        #expect(try self.failure("a: 12345678", limits: limits).code == .limit)
    }

    @Test(
        "invalid YAML is rejected with its line and column",
        arguments: [
            ("a: b\nc: [1, 2\nd: e\n", YAMLError.Code.syntax, 3),
            ("a: b\n\tc: d\n", .syntax, 2),
            ("a: 1\nb: 2\na: 3\n", .duplicateKey, 3),
            ("a: 1\n\"a\": 3\n", .duplicateKey, 2),
            ("a: 1\n? [x]\n: 2\n", .unsupported, 2),
            ("base: &b {x: 1}\nc:\n  <<: *b\n", .unsupported, 3),
            ("a: 1\nb: \u{1}\n", .syntax, 2),
            ("a: }\n", .syntax, 1),
            ("a: 'open\n", .syntax, 2),
        ]
    )
    func refusals(text: String, code: YAMLError.Code, line: Int) throws {
        let error = try self.failure(text)
        #expect(error.code == code)
        #expect(error.position.line == line, "\(error)")
    }

    @Test("bytes that are not UTF-8 are rejected")
    func notUTF8() throws {
        let error = try #require(throws: YAMLError.self) {
            _ = try YAMLParser.document(in: Array("a: 1\nb: ".utf8) + [0xFF, 0xFE])
        }
        #expect(error.code == .syntax)
        #expect(error.position == YAMLPosition(line: 2, column: 4))
    }
}
