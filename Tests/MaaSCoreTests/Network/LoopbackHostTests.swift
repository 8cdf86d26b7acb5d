internal import MaaSCore
internal import Testing

@Suite("Loopback names")
struct LoopbackHostTests {
    @Test(arguments: [
        "localhost", "LocalHost:8080", "127.0.0.1", "127.0.0.1:8080", "127.1.2.3:1", "[::1]", "[::1]:8080",
    ])
    func own(host: String) { #expect(LoopbackHost.matches(header: host)) }

    @Test(
        arguments: [
            "", "example.com", "rebound.example:8080", "localhost.example", "127.0.0.1.example", "127.example.com",
            "127.0.0", "127.0.0.256", "127.0.0.+1", "128.0.0.1", "0.0.0.0", "10.0.0.1:8080", "[::2]", "::1",
            "[::1].example", "localhost:80@example.com", "127.0.0.1, example.com",
        ]
    )
    func others(host: String) { #expect(!LoopbackHost.matches(header: host)) }

    @Test("A listen address has no brackets")
    func listening() {
        for host in ["localhost", "127.0.0.1", "127.1.2.3", "::1"] { #expect(LoopbackHost.matches(host: host)) }
        for host in ["", "[::1]", "0.0.0.0", "::", "127.example.com", "127.0.0.1:80"] {
            #expect(!LoopbackHost.matches(host: host))
        }
    }
}
