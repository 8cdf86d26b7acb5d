internal import MaaSCore
internal import Testing

struct HTTPOriginTests {
    @Test(arguments: [
        ("http://[::1]:9000/base/", "http://[::1]:9000", "/base"), ("https://[fd00::1]", "https://[fd00::1]", ""),
        ("https://s3.example.com:443", "https://s3.example.com", ""), ("HTTP://h:443", "http://h:443", ""),
    ])
    func anOriginSurvivesARoundTrip(url: String, text: String, basePath: String) {
        let origin = HTTPOrigin(url)
        #expect(origin?.text == text)
        #expect(origin?.basePath == basePath)
    }
}
