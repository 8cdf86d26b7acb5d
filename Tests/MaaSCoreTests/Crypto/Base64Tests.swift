internal import MaaSCore
internal import Testing

struct Base64Tests {
    /// RFC 4648 §10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func standardVectors(plain: String, text: String) {
        #expect(Base64.standard.encode(Array(plain.utf8)) == text)
        #expect(Base64.standard.decode(text) == Array(plain.utf8))
    }

    @Test func urlAlphabetHasTwoOtherSymbolsAndNoPadding() {
        #expect(Base64.standard.encode([0xfb, 0xff, 0xfe, 0xff]) == "+//+/w==")
        #expect(Base64.url.encode([0xfb, 0xff, 0xfe, 0xff]) == "-__-_w")
        #expect(Base64.url.decode("-__-_w") == [0xfb, 0xff, 0xfe, 0xff])
    }

    @Test func everyLengthSurvivesARoundTrip() {
        for length in 0..<70 {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ length) }
            #expect(Base64.standard.decode(Base64.standard.encode(bytes)) == bytes)
            #expect(Base64.url.decode(Base64.url.encode(bytes)) == bytes)
        }
    }

    @Test(arguments: ["Zg", "Zg=", "Zg===", "=", "====", "Zh==", "Zm9=", "Z g=", "Zm9v\n", "Zg==Zg==", "-__-_w=="])
    func standardRejects(text: String) {
        #expect(Base64.standard.decode(text) == nil)
    }

    @Test(arguments: ["Z", "Zg==", "Zh", "+/", "Zm9v ", "é"])
    func urlRejects(text: String) {
        #expect(Base64.url.decode(text) == nil)
    }
}
