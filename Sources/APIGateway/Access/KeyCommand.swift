internal import Glibc
internal import MaaSControl
internal import MaaSCore

/// `api-gateway keys create …` makes a key and prints it, this once; `keys revoke` ends one.
@LoopActor
struct KeyCommand {
    nonisolated static let usage =
        "keys create --user USER [--name NAME] | keys revoke --id ID    make an API key, or end one"

    /// The user's name is in tickets, which must fit into a WebSocket's handshake.
    private nonisolated static let userLimit = 32

    enum Action: Equatable {
        case create(user: String, name: String)
        case revoke(id: String)
    }

    let context: ServiceContext

    func run(_ arguments: [String]) async throws -> Int32 {
        guard let action = Self.action(arguments) else {
            Self.print("usage: api-gateway \(Self.usage)\nUSER may have \(Self.userLimit) bytes\n", to: STDERR_FILENO)
            return ServiceMain.ExitStatus.usage
        }
        let configuration = try PostgresConfiguration(self.context.configuration.postgres, service: "api-gateway")
        let store = TaskStore(configuration, logger: self.context.logger)
        try await store.start()
        let status: Int32
        switch action {
        case .create(let user, let name): status = try await self.create(user, name, store)
        case .revoke(let id): status = try await self.revoke(id, store)
        }
        await store.stop()
        return status
    }

    private func create(_ user: String, _ name: String, _ store: TaskStore) async throws -> Int32 {
        let key = APIKey.make()
        let id = try await store.createKey(user: user, name: name, hash: key.hash)
        self.context.logger.info("key created", [.user: user, .key: id])
        Self.print(key.text + "\n", to: STDOUT_FILENO)
        return 0
    }

    private func revoke(_ id: String, _ store: TaskStore) async throws -> Int32 {
        guard try await store.revokeKey(id) else {
            Self.print("there is no key \(id), or it was revoked before\n", to: STDERR_FILENO)
            return 1
        }
        self.context.logger.info("key revoked", [.key: id])
        return 0
    }

    /// What the words after `keys` ask for; nil when they are no command.
    nonisolated static func action(_ arguments: [String]) -> Action? {
        guard let verb = arguments.first, let options = Self.options(arguments.dropFirst()) else { return nil }
        switch verb {
        case "create":
            guard let user = options["user"], user.utf8.count <= Self.userLimit, options["id"] == nil else {
                return nil
            }
            return .create(user: user, name: options["name"] ?? "default")
        case "revoke":
            guard let id = options["id"], options.count == 1 else { return nil }
            return .revoke(id: id)
        default:
            return nil
        }
    }

    /// Options with a value each; nil when they are not of that form.
    private nonisolated static func options(_ arguments: ArraySlice<String>) -> [String: String]? {
        var options: [String: String] = [:]
        var rest = arguments
        while let name = rest.popFirst() {
            guard ["--user", "--name", "--id"].contains(name), let value = rest.popFirst(), !value.isEmpty else {
                return nil
            }
            options[String(name.dropFirst(2))] = value
        }
        return options
    }

    private static func print(_ text: String, to descriptor: CInt) {
        _ = Array(text.utf8).withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    }
}
