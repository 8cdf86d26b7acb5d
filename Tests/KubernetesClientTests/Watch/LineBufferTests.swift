internal import Testing

@testable internal import KubernetesClient

struct LineBufferTests {
    @Test(arguments: 1...9)
    func linesAreCompleteHoweverTheyAreSplit(size: Int) throws {
        let text = Array("one\n\ntwo 猫\nthree\nrest".utf8)
        var buffer = LineBuffer()
        var lines: [String] = []
        for start in stride(from: 0, to: text.count, by: size) {
            let piece = Array(text[start..<min(start + size, text.count)])
            lines += try buffer.append(piece).map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(lines == ["one", "two 猫", "three"])
    }

    @Test func aLinesLengthIsLimited() throws {
        var buffer = LineBuffer()
        let half = [UInt8](repeating: 0x61, count: LineBuffer.limit / 2)
        #expect(try buffer.append(half).isEmpty)
        #expect(try buffer.append(half + [0x0A]).first?.count == LineBuffer.limit / 2 * 2)
        #expect(try buffer.append(half).isEmpty)
        #expect(try buffer.append(half).isEmpty)
        #expect(throws: KubernetesError.self) { try buffer.append([0x61]) }
    }
}
