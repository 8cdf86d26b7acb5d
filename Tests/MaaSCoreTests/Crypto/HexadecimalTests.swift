internal import MaaSCore
internal import Testing

struct HexadecimalTests {
    @Test func everyByteSurvivesARoundTrip() {
        let bytes = Array(UInt8.min...UInt8.max)
        let text = Hexadecimal.encode(bytes)
        #expect(text.hasPrefix("000102") && text.hasSuffix("fdfeff"))
        #expect(Hexadecimal.decode(text) == bytes)
        #expect(Hexadecimal.decode(text.uppercased()) == bytes)
    }

    @Test(arguments: ["0", "0g", "00 ", "0x00", "é"])
    func refuses(text: String) {
        #expect(Hexadecimal.decode(text) == nil)
    }
}
