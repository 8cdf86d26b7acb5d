internal import MaaSCore
internal import Testing

struct HTTPHeadersTests {
    @Test func namesCompareWithoutCase() {
        let headers: HTTPHeaders = ["Content-Type": "text/plain", "X-A": "1", "x-a": "2"]
        #expect(headers["content-type"] == "text/plain")
        #expect(headers.values(of: "X-a") == ["1", "2"])
        #expect(headers["content-typ"] == nil)
        #expect(headers == ["content-type": "text/plain", "x-A": "1", "X-A": "2"])
        #expect(headers.hashValue == (["content-type": "text/plain", "x-A": "1", "X-A": "2"] as HTTPHeaders).hashValue)
    }

    @Test func settingReplacesAllInPlaceOfTheFirst() {
        var headers: HTTPHeaders = ["A": "1", "B": "2", "a": "3", "C": "4"]
        headers["a"] = "5"
        #expect(headers.map(\.value) == ["5", "2", "4"])
        headers["b"] = nil
        #expect(headers.map(\.name) == ["a", "C"])
        headers["d"] = "6"
        #expect(headers.last?.value == "6")
        headers["none"] = nil
        #expect(headers.count == 3)
    }

    @Test(arguments: [("X-Key", "ü and\ttab"), ("~!#", "")])
    func valid(name: String, value: String) {
        #expect(HTTPField(name: name, value: value).isValid)
    }

    @Test(arguments: [
        ("", "a"), ("X Y", "a"), ("X:", "a"), ("é", "a"), ("X", "a\r\nEvil: b"), ("X", "a\nb"), ("X", "a\0"),
        ("X", "\u{7f}"),
    ])
    func invalid(name: String, value: String) {
        #expect(!HTTPField(name: name, value: value).isValid)
    }
}
