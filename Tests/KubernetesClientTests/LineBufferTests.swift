import Testing

@testable import KubernetesClient

struct LineBufferTests {
    @Test(arguments: 1...9)
    func linesComeWholeHoweverTheyAreCut(size: Int) {
        let text = Array("one\n\ntwo 猫\nthree\nrest".utf8)
        var buffer = LineBuffer()
        var lines: [String] = []
        for start in stride(from: 0, to: text.count, by: size) {
            let piece = Array(text[start..<min(start + size, text.count)])
            lines += buffer.append(piece).map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(lines == ["one", "two 猫", "three"])
    }
}
