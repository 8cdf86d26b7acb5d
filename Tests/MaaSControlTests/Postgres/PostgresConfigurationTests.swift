import Testing

@testable import MaaSControl

@Suite struct PostgresConfigurationTests {
    @Test(arguments: [
        "postgres://h/db", "postgresql://u:p%40@127.0.0.1:5432/db?sslmode=disable", "postgres:///db?host=/run",
    ])
    func acceptsWhatLibpqAccepts(url: String) throws {
        #expect(try PostgresConfiguration(url: url).url == url)
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
