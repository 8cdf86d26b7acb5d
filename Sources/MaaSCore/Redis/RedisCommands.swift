/// A sequence of commands in wire format.
struct RedisCommands: Sendable {
    /// The commands, with a NUL after the last: hiredis 0.14 applies string functions to its input.
    private(set) var bytes: [UInt8] = []
    /// The end of each command in ``bytes``.
    private(set) var ends: [Int] = []

    /// - Throws: ``RedisError/Code/invalidCommand`` for commands that do not have exactly one reply.
    init(_ commands: [[String]]) throws(RedisError) {
        self.ends.reserveCapacity(commands.count)
        for command in commands {
            try Self.check(command)
            Self.append(UInt8(ascii: "*"), command.count, to: &self.bytes)
            for argument in command {
                var argument = argument
                argument.withUTF8 { text in
                    Self.append(UInt8(ascii: "$"), text.count, to: &self.bytes)
                    self.bytes.append(contentsOf: text)
                    self.bytes.append(contentsOf: Self.newline)
                }
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

    private static func append(_ mark: UInt8, _ count: Int, to bytes: inout [UInt8]) {
        bytes.append(mark)
        bytes.append(decimal: count)
        bytes.append(contentsOf: Self.newline)
    }

    private static let newline: [UInt8] = [0x0D, 0x0A]

    /// hiredis would call back repeatedly for these.
    private static let pushing: Set<String> = ["SUBSCRIBE", "PSUBSCRIBE", "UNSUBSCRIBE", "PUNSUBSCRIBE", "MONITOR"]
}
