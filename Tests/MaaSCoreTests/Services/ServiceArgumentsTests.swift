internal import MaaSCore
internal import Testing

@Suite("Service arguments")
struct ServiceArgumentsTests {
    @Test("Options come first, a subcommand and its own options after")
    func order() throws {
        let arguments = try ServiceArguments(["--config", "a.yaml", "keys", "create", "--user", "ann"])
        #expect(arguments.action == .run)
        #expect(arguments.configurationPath == "a.yaml")
        #expect(arguments.rest == ["keys", "create", "--user", "ann"])
        #expect(try ServiceArguments(["--config=b.yaml", "--check-config"]).action == .checkConfiguration)
        #expect(try ServiceArguments([]).configurationPath == "services.yaml")
    }

    @Test("Invalid arguments are explained", arguments: [["--config"], ["--verbose"]])
    func faults(arguments: [String]) {
        #expect(throws: UsageError.self) { try ServiceArguments(arguments) }
    }
}
