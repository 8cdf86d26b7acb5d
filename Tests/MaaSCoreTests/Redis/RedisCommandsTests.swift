@testable internal import MaaSCore
internal import Testing

@Suite("Redis commands")
struct RedisCommandsTests {
    @Test("The wire format counts bytes and ends in NUL")
    func format() throws {
        let commands = try RedisCommands([["PING"], ["SET", "k", "é\r\n"]])
        let first = "*1\r\n$4\r\nPING\r\n"
        let second = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$4\r\né\r\n\r\n"
        #expect(commands.bytes == Array(first.utf8) + Array(second.utf8) + [0])
        #expect(commands.ends == [first.utf8.count, first.utf8.count + second.utf8.count])
    }

    @Test(
        "Commands without exactly one reply are rejected",
        arguments: [
            [], [""], ["subscribe", "news"], ["PSUBSCRIBE", "*"], ["Monitor"],
        ]
    )
    func refused(command: [String]) {
        let error = #expect(throws: RedisError.self) { try RedisCommands([command]) }
        #expect(error?.code == .invalidCommand)
    }
}
