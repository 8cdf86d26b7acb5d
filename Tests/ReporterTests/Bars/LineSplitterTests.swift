internal import MaaSTesting
internal import Testing

@testable internal import Reporter

@Suite("Line splitter")
struct LineSplitterTests {
    private func split(_ text: String) -> [String] {
        var splitter = LineSplitter()
        return (splitter.append(text.utf8) + [splitter.finish()].compactMap(\.self)).map(\.text)
    }

    @Test(
        "Ends at CR, LF and cursor movements, and drops colours",
        arguments: [
            ("a\nb\n", ["a", "b"]),
            ("a\r\nb\r\n", ["a", "b"]),
            ("\r 0%\r 5%\n", [" 0%", " 5%"]),
            ("a\n\nb", ["a", "", "b"]),
            ("outer\n\rinner\u{1B}[Aouter", ["outer", "inner", "outer"]),
            ("\u{1B}[31mred\u{1B}[0m text\u{1B}[K\n", ["red text"]),
            ("\u{1B}]x", ["x"]),
            ("", []),
        ]
    )
    func cases(text: String, lines: [String]) { #expect(self.split(text) == lines) }

    @Test("Knows what begins like a line of a file and what is finished")
    func positions() {
        var splitter = LineSplitter()
        let lines = splitter.append("one\ntwo\rthree\nfour\n".utf8)
        #expect(lines.map(\.isFresh) == [true, true, false, true])
        #expect(lines.map(\.isFinished) == [true, false, true, true])
    }

    @Test("An endless line is split, and its rest is not a fresh line")
    func limit() {
        var splitter = LineSplitter()
        let lines = splitter.append(
            Array(repeating: UInt8(ascii: "x"), count: LineSplitter.limit) + Array("rest\n".utf8)
        )
        #expect(lines.map { $0.text.utf8.count } == [LineSplitter.limit, 4])
        #expect(lines.map(\.isFresh) == [true, false])
    }

    @Test("Malformed UTF-8 is replaced")
    func malformed() {
        var splitter = LineSplitter()
        #expect(splitter.append([0x61, 0xFF, 0x0A]).map(\.text) == ["a\u{FFFD}"])
    }

    @Test("The lines are the same however the bytes are split", arguments: 0..<50 as Range<UInt64>)
    func chunks(seed: UInt64) {
        var random = SplitMix64(state: seed)
        let alphabet = Array("ab猫%|\r\n\u{1B}[AmK".utf8) + [0xFF]
        let bytes = (0..<random.next(below: 400)).map { _ in alphabet[random.next(below: alphabet.count)] }
        var whole = LineSplitter()
        var pieces = LineSplitter()
        let expected = whole.append(bytes)
        var lines: [LineSplitter.Line] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = min(rest.count, 1 + random.next(below: 9))
            lines += pieces.append(rest.prefix(count))
            rest = rest.dropFirst(count)
        }
        #expect(lines == expected)
        #expect(pieces.finish() == whole.finish())
    }
}
