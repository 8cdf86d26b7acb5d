internal import FoundationEssentials
internal import Glibc
internal import MaaSControl
internal import MaaSCore

/// The command `api-gateway keys`: `create` makes a key and prints it once, besides `list` and `revoke`. It is for
/// bootstrapping; with a key, everything can be done over HTTP.
@LoopActor
struct KeyCommand {
    let context: ServiceContext

    nonisolated static let usage = KeyRequest.usage

    func run(_ words: [String]) async throws -> Int32 {
        let request: KeyRequest
        do throws(UsageError) {
            request = try KeyRequest(words)
        } catch {
            let usage = "usage: api-gateway \(KeyRequest.usage)"
            OutputWriter.write("api-gateway keys: \(error.message)\n\(usage)", to: STDERR_FILENO)
            return ExitCode.usage
        }
        let configuration = self.context.configuration
        let store = TaskStore(
            try PostgresConfiguration(configuration.postgres, service: "api-gateway"),
            logger: self.context.logger
        )
        var redis = try RedisConfiguration(configuration.redis)
        redis.commandTimeout = .seconds(2)
        let client = RedisClient(redis, logger: self.context.logger)
        try await store.start()
        client.start()
        let status = try await self.carryOut(request, store, client)
        await client.close()
        await store.stop()
        return status
    }

    private func carryOut(_ request: KeyRequest, _ store: TaskStore, _ redis: RedisClient) async throws -> Int32 {
        let revocation = KeyRevocation(store: store, redis: redis, logger: self.context.logger)
        switch request {
        case .create(let user, let name, let scopes, let lifetime):
            let key = APIKey.make()
            let row = try await store.createKey(
                user: user,
                name: name,
                hash: key.hash,
                scopes: scopes,
                expires: lifetime.map { .now() + $0 },
                by: Self.origin
            )
            self.context.logger.info("key created", [.user: user, .key: row.id])
            OutputWriter.write(key.text, to: STDOUT_FILENO)
        case .list(let user): try await self.list(user, store)
        case .revoke(let id):
            do {
                try await revocation.revoke(id, of: nil, by: Self.origin)
            } catch let error as WebError {
                OutputWriter.write("\(error.message): \(id), or it was revoked before", to: STDERR_FILENO)
                return 1
            }
            self.context.logger.info("key revoked", [.key: id])
        case .revokeAll(let user):
            let count = try await revocation.revokeAll(of: user, by: Self.origin)
            self.context.logger.info("keys revoked", [.user: user, .count: "\(count)"])
        }
        return 0
    }

    /// One line per key, separated by tabs: id, user, name, scopes, expiry, last use.
    private func list(_ user: String?, _ store: TaskStore) async throws {
        let pageSize = 500
        var after: String?
        while true {
            let keys = try await store.keys(of: user, after: after, limit: pageSize)
            for key in keys {
                let times = [key.expires, key.lastUsed].map { $0.map { "\($0)" } ?? "never" }
                let words =
                    [key.id, key.user, KeyName.printable(key.name), key.scopes.names.joined(separator: ",")] + times
                OutputWriter.write(words.joined(separator: "\t"), to: STDOUT_FILENO)
            }
            guard keys.count == pageSize, let last = keys.last else { return }
            after = last.id
        }
    }

    /// The user who runs the command, for the audit log.
    private static var origin: AuditOrigin {
        let name = ProcessInfo.processInfo.environment["USER"] ?? "uid \(getuid())"
        return AuditOrigin(actor: "command line: \(name)", source: ProcessInfo.processInfo.hostName)
    }
}
