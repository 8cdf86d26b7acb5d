@testable internal import MaaSCore
internal import Testing

@Suite("Redis URL")
struct RedisConfigurationTests {
    @Test(
        "The parts of a URL",
        arguments: [
            ("redis://cache", RedisConfiguration(host: "cache")),
            ("redis://cache:7000/3", RedisConfiguration(host: "cache", port: 7000, database: 3)),
            ("redis://:secret@cache", RedisConfiguration(host: "cache", password: "secret")),
            (
                "redis://maas:p%40ss%2Fw@10.0.0.1:6380/",
                RedisConfiguration(host: "10.0.0.1", port: 6380, username: "maas", password: "p@ss/w")
            ),
            ("REDIS://[::1]:7001/1", RedisConfiguration(host: "::1", port: 7001, database: 1)),
            ("redis://a@b@cache", RedisConfiguration(host: "cache", username: "a@b")),
        ]
    )
    func parts(url: String, expected: RedisConfiguration) throws {
        #expect(try RedisConfiguration(url: url) == expected)
    }

    @Test(
        "A fault names its part and never the password",
        arguments: [
            ("cache:6379", "scheme"), ("http://cache", "scheme"), ("rediss://u:hunter2@cache", "TLS"),
            ("redis://u:hunter2@", "host"), ("redis://u:hunter2@cache:0", "port"),
            ("redis://u:hunter2@cache:x", "port"),
            ("redis://u:hunter2@cache:70000", "port"), ("redis://u:hunter2@cache/x", "database"),
            ("redis://u:hunter2%4@cache", "percent"), ("redis://u:hunter2@[::1", "["),
            ("redis://u:hunter2@cache?db=1", "query"),
        ]
    )
    func fault(url: String, named: String) {
        let error = #expect(throws: RedisError.self) { try RedisConfiguration(url: url) }
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.message.contains(named) == true)
        #expect(error?.message.contains("hunter2") == false)
    }
}
