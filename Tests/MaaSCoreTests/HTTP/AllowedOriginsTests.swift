internal import MaaSCore
internal import Testing

@Suite("Allowed origins")
struct AllowedOriginsTests {
    @Test("Listed origins are allowed in any notation, and so are clients other than browsers")
    func admit() throws {
        let origins = try #require(AllowedOrigins("https://studio.example.com, http://localhost:8080"))
        for origin in ["https://studio.example.com", "https://studio.example.com:443", "http://localhost:8080", nil] {
            #expect(origins.admit(origin), "\(origin ?? "none")")
        }
        for origin in [
            "http://studio.example.com", "https://studio.example.com.evil.example", "https://evil.example",
            "http://localhost", "null", "", "https://studio.example.com:8443",
        ] {
            #expect(!origins.admit(origin), "\(origin)")
        }
        #expect(AllowedOrigins.all.admit("https://anything.example"))
        #expect(AllowedOrigins("") == .all)
    }

    @Test(
        "Invalid origins",
        arguments: ["studio.example.com", "https://a.example/", "https://a.example/x", "*", "ws://a"]
    )
    func malformed(text: String) { #expect(AllowedOrigins(text) == nil) }
}
