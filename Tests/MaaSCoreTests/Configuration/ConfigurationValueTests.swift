internal import Testing

@testable internal import MaaSCore

@Suite("Configuration values")
struct ConfigurationValueTests {
    @Test(
        "variables are expanded as by a shell",
        arguments: [
            ("plain", "plain"), ("${A}", "one"), ("x${A}y${B:-two}z", "xoneytwoz"), ("${EMPTY}", ""),
            ("${EMPTY:-full}", "full"), ("${B:-}", ""), ("${B:-${A}}", "one"), ("${A:-${B}}", "one"),
            ("${B:-a:b/c?d=-}", "a:b/c?d=-"), ("$$5 $${A}", "$5 ${A}"), ("}", "}"),
        ]
    )
    func expansion(text: String, expected: String) throws {
        let expansion = VariableExpansion(environment: ["A": "one", "EMPTY": ""])
        #expect(try expansion.expand(text) == expected)
    }

    @Test(
        "a malformed or missing variable is rejected",
        arguments: ["${B}", "${", "${A", "${A:-", "${A?}", "${}", "${1A}", "$A", "cash$", "${B:-${C}}"]
    )
    func brokenExpansion(text: String) {
        #expect(throws: VariableExpansion.Fault.self) {
            try VariableExpansion(environment: ["A": "one"]).expand(text)
        }
    }

    @Test(
        "durations",
        arguments: [
            ("500ms", Duration.milliseconds(500)), ("5s", .seconds(5)), ("2m", .seconds(120)),
            ("1h30m", .seconds(5_400)),
            ("7d", .seconds(604_800)), ("0s", .zero),
        ]
    )
    func duration(text: String, expected: Duration) {
        #expect(Duration(parsing: text) == expected)
        #expect(expected.text == text)
    }

    @Test("invalid durations", arguments: ["", "5", "s", "-5s", "5 s", "1.5s", "5sec", "9999999999s", "٥s"])
    func notDuration(text: String) {
        #expect(Duration(parsing: text) == nil)
    }

    @Test(
        "sizes",
        arguments: [
            ("100B", 100), ("512KiB", 512 << 10), ("20MiB", 20 << 20), ("1GiB", 1 << 30), ("0B", 0), ("3TiB", 3 << 40),
        ]
    )
    func size(text: String, bytes: Int) {
        #expect(ByteCount(parsing: text) == ByteCount(bytes))
        #expect(ByteCount(bytes).description == text)
    }

    @Test("invalid sizes", arguments: ["", "20", "MiB", "-1B", "1 MiB", "1.5MiB", "1mib", "99999999999TiB"])
    func notSize(text: String) {
        #expect(ByteCount(parsing: text) == nil)
    }

    @Test(
        "listen addresses",
        arguments: [
            ("127.0.0.1:8080", ListenAddress(host: "127.0.0.1", port: 8080)),
            ("[::]:0", ListenAddress(host: "::", port: 0)),
            ("localhost:65535", ListenAddress(host: "localhost", port: 65535)),
        ]
    )
    func listenAddress(text: String, expected: ListenAddress) {
        #expect(ListenAddress(parsing: text) == expected)
        #expect(expected.description == text)
    }

    @Test(
        "invalid listen addresses",
        arguments: ["", ":80", "host", "host:", "host:65536", "::1:80", "a b:1", "h:-1"]
    )
    func notListenAddress(text: String) {
        #expect(ListenAddress(parsing: text) == nil)
    }

    @Test(
        "addresses of another scheme",
        arguments: [
            "", "redis", "redis:/host", "http://host", "redis://", "redis://:80", "redis://ho st", "redis://h:99999",
        ]
    )
    func notURL(text: String) {
        #expect(ScalarFormat.url("redis").parse(text) == nil)
    }

    @Test("the nearest name must be close")
    func nearestName() {
        let known = ["pool_size", "connect_timeout", "url"]
        #expect(NearestName.find("poolsize", among: known) == "pool_size")
        #expect(NearestName.find("conect_timeuot", among: known) == "connect_timeout")
        #expect(NearestName.find("uri", among: known) == "url")
        #expect(NearestName.find("colour", among: known) == nil)
    }
}
