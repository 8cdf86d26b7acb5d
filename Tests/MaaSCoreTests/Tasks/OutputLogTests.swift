internal import MaaSCore
internal import Testing

@Suite("Output log")
struct OutputLogTests {
    private func text(_ log: OutputLog) -> String { String(decoding: log.bytes, as: UTF8.self) }

    private func text(_ log: OutputLog, from position: Int) -> String {
        var (bytes, position) = ([UInt8](), position)
        while position < log.count {
            let part = log.part(from: position, atMost: 10_000)
            #expect(part.bytes.count <= 10_000)
            bytes += part.bytes
            position = part.end
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("A short output is kept whole, and survives storage")
    func short() {
        var log = OutputLog()
        for line in ["loading", "", "清晨的湖面"] { log.append(line) }
        #expect(self.text(log) == "loading\n\n清晨的湖面\n")
        #expect(self.text(log, from: 8) == "\n清晨的湖面\n")
        #expect(self.text(log, from: log.count).isEmpty)
        #expect(OutputLog(decoding: log.encoded) == log)
        #expect(OutputLog(decoding: OutputLog().encoded) == OutputLog())
    }

    @Test("Of a long output the beginning and the end are kept, cut between lines, in bounded memory")
    func long() {
        var log = OutputLog()
        let lines = 40_000
        for number in 0..<lines { log.append("line \(number) of an output that is far longer than anybody reads") }
        let encoded = log.encoded
        #expect(encoded.count <= OutputLog.encodedLimit)
        #expect(OutputLog(decoding: encoded) == log)
        #expect(self.text(log, from: 0) == self.text(log))
        let kept = self.text(log).split(separator: "\n")
        #expect(kept.first == "line 0 of an output that is far longer than anybody reads")
        #expect(kept.last == "line \(lines - 1) of an output that is far longer than anybody reads")
        let gaps = kept.filter { $0.hasPrefix("[… ") }
        #expect(gaps.count == 1)
        #expect(kept.allSatisfy { $0.hasPrefix("[… ") || $0.hasPrefix("line ") && $0.hasSuffix("reads") })
        // What is told to be left out is what is missing.
        let written = (0..<lines).reduce(0) {
            $0 + "line \($1) of an output that is far longer than anybody reads\n".count
        }
        #expect(log.count == written)
        let shown = kept.filter { !$0.hasPrefix("[… ") }.reduce(0) { $0 + $1.utf8.count + 1 }
        #expect(gaps.first?.contains(" \(written - shown) bytes") == true)
    }

    @Test("A follower sees each byte once, and is told of bytes missed")
    func following() {
        var log = OutputLog()
        var seen = ""
        var position = 0
        func look() {
            seen += self.text(log, from: position)
            position = log.count
        }
        for number in 0..<20_000 {
            log.append("line \(number): forty characters, so that they fill it")
            if number % 1000 == 0 { look() }
        }
        look()
        let lines = seen.split(separator: "\n")
        #expect(lines.count == 20_000)
        #expect(Set(lines).count == 20_000)

        let before = position
        for number in 0..<40_000 { log.append("line \(number): forty characters, so that they fill it") }
        let late = self.text(log, from: before).split(separator: "\n")
        #expect(late.first?.hasPrefix("[… ") == true)
        #expect(late.last?.hasPrefix("line 39999:") == true)
    }

    @Test(
        "A file in another format counts as output",
        arguments: [
            "", "hello\n", "# maas output 1: 5\nhello", "# maas output 1: 9 0\nhello", "# maas output 1: -1 0\nx",
        ]
    )
    func foreign(text: String) {
        #expect(self.text(OutputLog(decoding: Array(text.utf8))) == text)
    }
}
