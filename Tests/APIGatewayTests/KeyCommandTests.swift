@testable internal import APIGateway
internal import Testing

@Suite("The command keys")
struct KeyCommandTests {
    @Test(
        arguments: [
            (["create", "--user", "ada"], .create(user: "ada", name: "default")),
            (["create", "--name", "laptop", "--user", "ada"], .create(user: "ada", name: "laptop")),
            (["revoke", "--id", "17"], .revoke(id: "17")),
        ] as [([String], KeyCommand.Action)]
    )
    func commandsAreRead(_ words: [String], _ action: KeyCommand.Action) {
        #expect(KeyCommand.action(words) == action)
    }

    @Test(arguments: [
        [], ["create"], ["create", "--user"], ["create", "--user", ""], ["create", "--id", "17", "--user", "ada"],
        ["create", "--user", String(repeating: "a", count: 33)], ["revoke"], ["revoke", "--id", "17", "--user", "ada"],
        ["list"],
    ])
    func otherWordsAreNone(_ words: [String]) {
        #expect(KeyCommand.action(words) == nil)
    }
}
