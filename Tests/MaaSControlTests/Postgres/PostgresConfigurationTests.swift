internal import Testing

@testable internal import MaaSControl

@Suite struct PostgresConfigurationTests {
    @Test(arguments: [
        "postgres://h/db", "postgresql://u:p%40@127.0.0.1:5432/db?sslmode=disable", "postgres:///db?host=/run",
    ])
    func acceptsWhatLibpqAccepts(url: String) throws {
        #expect(try PostgresConfiguration(url: url).url == url)
    }

    @Test(arguments: [
        ("postgres://a/db", ["a": ["10.0.0.1"]], "a|10.0.0.1|"),
        ("postgres://a:5433/db", ["a": ["10.0.0.1", "10.0.0.2"]], "a|10.0.0.1|5433 a|10.0.0.2|5433"),
        (
            "postgres://a:1,b:2/db", ["a": ["10.0.0.1", "fd00::1"], "b": ["10.0.0.3"]],
            "a|10.0.0.1|1 a|fd00::1|1 b|10.0.0.3|2"
        ),
        ("postgres://a,b/db?port=7", ["a": [], "b": ["10.0.0.3"]], "b|10.0.0.3|7"),
        ("postgres://%2Frun,a:2/db", ["a": ["10.0.0.1"]], "/run|| a|10.0.0.1|2"),
    ])
    func namesAreResolved(url: String, found: [String: [String]], settings: String) throws {
        let hosts = try #require(PostgresHosts(url: url))
        #expect(hosts.names == found.keys.sorted())
        let each = hosts.candidates(found).map { $0.map(\.value).joined(separator: "|") }
        #expect(each.joined(separator: " ") == settings)
    }

    @Test(arguments: ["postgres:///db", "postgres://%2Frun/db", "postgres://a/db?hostaddr=10.0.0.1"])
    func withoutANameNothingIsResolved(url: String) {
        #expect(PostgresHosts(url: url)?.names.isEmpty != false)
    }

    /// What is wrong with the URL gets into logs, and the password is part of it.
    @Test(arguments: [
        "postgres://u:sec%ZZret@h/db", "postgres://u:secret@[::1/db", "postgres://u:secret@[::1]x/db",
        "postgres://h/db?password=secret%ZZ", "postgres://u:secret/x@h/db", "postgres://u:secret\"\"x@[::1/db",
    ])
    func thePasswordIsNotShown(url: String) {
        let error = #expect(throws: PostgresError.self) { try PostgresConfiguration(url: url) }
        #expect(error?.code == .configuration)
        #expect(error.map { "\($0)".contains("sec") || "\($0)".contains("ret") } == false)
    }

    @Test func anUnknownOptionIsNamed() {
        let error = #expect(throws: PostgresError.self) { try PostgresConfiguration(url: "postgres://h/db?nonsense=1") }
        #expect(error?.message.contains("nonsense") == true)
    }

    @Test(arguments: [
        "", "host=h", "mysql://h/db", "postgres://[::1/db", "postgres://h/db?nonsense=1", "postgres://h/d\0b",
    ])
    func refusesOtherURLs(url: String) {
        let error = #expect(throws: PostgresError.self) { try PostgresConfiguration(url: url) }
        #expect(error?.code == .configuration)
        #expect(error?.message.isEmpty == false)
    }
}
