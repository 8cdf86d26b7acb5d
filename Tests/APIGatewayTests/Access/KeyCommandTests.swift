@testable internal import APIGateway
internal import MaaSCore
internal import Testing

@Suite("The command keys")
struct KeyCommandTests {
    @Test(
        arguments: [
            (
                ["create", "--user", "ada"],
                .create(user: "ada", name: "default", scopes: [.submit, .read], lifetime: nil)
            ),
            (
                ["create", "--name", "laptop", "--user", "ada", "--scopes", "admin,read", "--expires-in", "2h"],
                .create(user: "ada", name: "laptop", scopes: [.admin, .read], lifetime: .seconds(7200))
            ),
            (["list"], .list(user: nil)),
            (["list", "--user", "ada"], .list(user: "ada")),
            (["revoke", "--id", "17"], .revoke(id: "17")),
            (["revoke", "--user", "ada"], .revokeAll(user: "ada")),
        ] as [([String], KeyRequest)]
    )
    func commandsAreParsed(_ words: [String], _ request: KeyRequest) throws {
        #expect(try KeyRequest(words) == request)
    }

    @Test(
        arguments: [
            ([], "create, list or revoke is missing"),
            (["make"], "there is no command make"),
            (["create"], "--user is needed"),
            (["create", "--user"], "--user needs a value"),
            (["create", "--user", ""], "--user is needed"),
            (["create", "--id", "17", "--user", "ada"], "unknown option --id"),
            (
                ["create", "--user", String(repeating: "a", count: 49)],
                "--user \(UserName.rule)"
            ),
            (["create", "--user", "ada", "--name", "a\nb"], "--name \(KeyName.rule)"),
            (
                ["create", "--user", "ada", "--expires-in", "36501d"],
                "--expires-in must be a duration such as 12h or 90d, 36500d at most"
            ),
            (
                ["create", "--user", "ada", "--scopes", "read,write"],
                "--scopes must be one or more of submit, read, admin, separated by commas"
            ),
            (
                ["create", "--user", "ada", "--expires-in", "soon"],
                "--expires-in must be a duration such as 12h or 90d, 36500d at most"
            ),
            (["revoke"], "either --id or --user is needed"),
            (["revoke", "--user", ""], "either --id or --user is needed"),
            (["revoke", "--id", "17", "--user", "ada"], "either --id or --user is needed"),
            (["list", "ada"], "too many arguments"),
            (["list", "--user", ""], "--user needs a value"),
        ] as [([String], String)]
    )
    func faultsAreReported(_ words: [String], _ message: String) {
        #expect(throws: UsageError(message)) { try KeyRequest(words) }
    }

    /// As a terminal is shown it: names from before there was a rule may have anything in them.
    @Test func listedNamesHaveNoControlCharacters() {
        #expect(KeyName.printable("laptop 笔记本") == "laptop 笔记本")
        #expect(KeyName.printable("a\n\u{1B}[2Jb\t\u{9B}\u{2028}") == "a\u{FFFD}\u{FFFD}[2Jb\u{FFFD}\u{FFFD}\u{FFFD}")
    }
}
