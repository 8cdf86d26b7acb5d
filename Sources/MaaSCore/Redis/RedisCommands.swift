/// A sequence of commands in wire format.
struct RedisCommands: Sendable {
    /// The commands, with a NUL after the last: hiredis 0.14 applies string functions to its input.
    private(set) var bytes: [UInt8] = []
    /// The end of each command in ``bytes``.
    private(set) var ends: [Int] = []

    /// Room for the length and the line ends of a command or an argument.
    private static let frame = 10

    /// - Throws: ``RedisError/Code/invalidCommand`` for commands that do not have exactly one reply.
    init(_ commands: [[String]]) throws(RedisError) {
        self.ends.reserveCapacity(commands.count)
        self.bytes.reserveCapacity(
            commands.joined().reduce(1 + Self.frame * commands.count) { $0 + Self.frame + $1.utf8.count }
        )
        for command in commands {
            try Self.check(command)
            self.appendLine(UInt8(ascii: "*"), command.count)
            for argument in command {
                self.appendLine(UInt8(ascii: "$"), argument.utf8.count)
                self.bytes.append(contentsOf: argument.utf8)
                self.endLine()
            }
            self.ends.append(self.bytes.count)
        }
        self.bytes.append(0)
    }

    var count: Int { self.ends.count }

    private static func check(_ command: [String]) throws(RedisError) {
        guard let name = command.first, !name.isEmpty else {
            throw RedisError(.invalidCommand, "a command has at least its name")
        }
        guard !Self.pushing.contains(name.uppercased()) else {
            throw RedisError(
                .invalidCommand,
                "\(name) answers more than once; this client matches one reply to a command"
            )
        }
    }

    private mutating func appendLine(_ mark: UInt8, _ count: Int) {
        self.bytes.append(mark)
        self.bytes.append(decimal: count)
        self.endLine()
    }

    private mutating func endLine() {
        self.bytes.append(0x0D)
        self.bytes.append(0x0A)
    }

    /// hiredis would call back repeatedly for these, and look into their replies, of which ``IncomingReply`` shows it
    /// nothing.
    private static let pushing: Set<String> = ["SUBSCRIBE", "PSUBSCRIBE", "UNSUBSCRIBE", "PUNSUBSCRIBE", "MONITOR"]
}
