import MaaSCore
import Testing

@Suite("YAML emitter")
struct YAMLEmitterTests {
    @Test("writes block style in the order of the entries")
    func layout() throws {
        let node = YAMLNode(
            .mapping([
                YAMLEntry(key: YAMLScalar("name"), value: YAMLNode(.scalar(YAMLScalar("demo")))),
                YAMLEntry(
                    key: YAMLScalar("args"),
                    value: YAMLNode(
                        .sequence([
                            YAMLNode(.scalar(YAMLScalar("--fast"))),
                            YAMLNode(.scalar(YAMLScalar("1", style: .doubleQuoted))),
                        ])
                    )
                ),
            ])
        )
        #expect(try YAMLEmitter.text(of: [node]) == "name: demo\nargs:\n- --fast\n- \"1\"\n")
    }

    @Test(
        "a text comes back as it went in",
        arguments: [
            "", " ", "plain", "two\nlines", "tail\n", "\ttab", "a: b", "- item", "# no comment", "'single'",
            "\"double\"",
            "{{ name }}", "---", "...", "!!str x", "&anchor", "*alias", "%YAML 1.2", "\u{0}", "\u{7F}\u{85}\u{2028}",
            "你好，世界", "🎬👩‍👩‍👧", "\u{FEFF}bom", "$(VAR) ${VAR} $$", "a\r\nb", "\\n", "@at", "`tick`", "|", ">", "?", ": ",
        ],
        [YAMLScalar.Style.plain, .singleQuoted, .doubleQuoted, .literal, .folded]
    )
    func roundTrip(text: String, style: YAMLScalar.Style) throws {
        let node = YAMLNode(
            .mapping([
                YAMLEntry(key: YAMLScalar("k"), value: YAMLNode(.scalar(YAMLScalar(text, style: style))))
            ])
        )
        let emitted = try YAMLEmitter.text(of: [node])
        let back = try YAMLParser.document(in: Array(emitted.utf8))
        #expect(back["k"]?.scalar?.text == text, "\(emitted)")
    }

    @Test("several documents are kept apart")
    func documents() throws {
        let nodes = ["one", "two"].map { YAMLNode(.scalar(YAMLScalar($0))) }
        let text = try YAMLEmitter.text(of: nodes)
        #expect(try YAMLParser.documents(in: Array(text.utf8)).map { $0.scalar?.text } == ["one", "two"])
    }
}
