internal import Glibc
internal import MaaSControl
internal import MaaSCore

/// `api-gateway keys create --user U --name N`: makes a key and prints it, this once.
@LoopActor
struct KeyCommand {
    nonisolated static let usage = "keys create --user USER [--name NAME]    make an API key and print it"

    /// The user's name is in tickets, which must fit into a WebSocket's handshake.
    private static let userLimit = 32

    let context: ServiceContext

    func run(_ arguments: [String]) async throws -> Int32 {
        guard arguments.first == "create", let options = Self.options(arguments.dropFirst()), let user = options["user"]
        else {
            Self.print("usage: api-gateway \(Self.usage)\n", to: STDERR_FILENO)
            return ServiceMain.ExitStatus.usage
        }
        guard (1...Self.userLimit).contains(user.utf8.count) else {
            Self.print("USER may have \(Self.userLimit) bytes\n", to: STDERR_FILENO)
            return ServiceMain.ExitStatus.usage
        }
        let configuration = try PostgresConfiguration(self.context.configuration.postgres, service: "api-gateway")
        let store = TaskStore(configuration, logger: self.context.logger)
        try await store.start()
        let key = APIKey.make()
        let id = try await store.createKey(user: user, name: options["name"] ?? "default", hash: key.hash)
        await store.stop()
        self.context.logger.info("key created", [.user: user, .key: id])
        Self.print(key.text + "\n", to: STDOUT_FILENO)
        return 0
    }

    /// Options with a value each; nil when they are not of that form.
    private static func options(_ arguments: ArraySlice<String>) -> [String: String]? {
        var options: [String: String] = [:]
        var rest = arguments
        while let name = rest.popFirst() {
            guard ["--user", "--name"].contains(name), let value = rest.popFirst(), !value.isEmpty else { return nil }
            options[String(name.dropFirst(2))] = value
        }
        return options
    }

    private static func print(_ text: String, to descriptor: CInt) {
        _ = Array(text.utf8).withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    }
}
