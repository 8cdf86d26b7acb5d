internal import Testing

@testable internal import MaaSCore

@Suite("Bytes of strings")
struct TextBytesTests {
    /// Short ones, which a `String` keeps in itself, and long ones; of one to four bytes a code point.
    static let texts = ["", "a", "né", "a\u{0}b", "👩🏽‍🚀", String(repeating: "水a\u{301}", count: 40)]

    @Test(arguments: texts)
    func resultsMatchTheStringViews(_ text: String) {
        #expect(text.codePointCount == text.unicodeScalars.count)
        #expect(text.holdsNUL == text.utf8.contains(0))
        #expect(text.hasOnlyBytes { $0 < 0x80 } == text.utf8.allSatisfy { $0 < 0x80 })
    }

    @Test(arguments: [0, 7, 10, 99, 100, 12_345, -1, -100, Int.max, Int.min])
    func numbersAreWrittenInDigits(_ number: Int) {
        var bytes: [UInt8] = []
        bytes.append(decimal: number)
        #expect(String(decoding: bytes, as: UTF8.self) == String(number))
    }

    @Test func zerosFillUpToTheWidth() {
        var bytes = Array("x".utf8)
        bytes.append(decimal: 7, width: 3)
        bytes.append(decimal: 1234, width: 3)
        #expect(String(decoding: bytes, as: UTF8.self) == "x0071234")
    }
}
