extension MaaSConfiguration {
    /// The control plane's Redis server.
    package struct Redis: Sendable, Hashable {
        /// `redis://[user[:password]@]host[:port][/database]`.
        package var url = ""
        package var connectTimeout = Duration.seconds(5)
        /// How long a command waits for its reply, including the wait for a connection.
        package var commandTimeout = Duration.seconds(5)

        package init() {}
    }
}

extension MaaSConfiguration.Redis: ConfigurationSection {
    mutating func read(from reader: ConfigurationReader) {
        reader.require("url", into: &self.url, as: .url("redis"))
        reader.read("connect_timeout", into: &self.connectTimeout, as: .duration(.milliseconds(100) ... .minutes(1)))
        reader.read("command_timeout", into: &self.commandTimeout, as: .duration(.milliseconds(100) ... .minutes(1)))
    }
}
