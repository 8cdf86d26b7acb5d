internal import MaaSCore

/// Checks that services and pods can reach Redis, and that pods may only add events.
@LoopActor
struct RedisCheck {
    let configuration: MaaSConfiguration

    private static let logger = Logger(service: "maasctl", level: .error)

    func run() async -> [Finding] { [await self.services(), await self.pods()] }

    private func services() async -> Finding {
        do {
            return try await self.connect(try RedisConfiguration(self.configuration.redis)) { redis in
                let info = try await redis.send("INFO", "server").string ?? ""
                let version = info.split(whereSeparator: \.isNewline).first { $0.hasPrefix("redis_version:") }
                let streams = EventShards(self.configuration.events).names
                let lengths = try await redis.pipeline(streams.map { ["XLEN", $0] })
                // A managed Redis may not allow CONFIG.
                let answer = try? await redis.send("CONFIG", "GET", "maxmemory-policy")
                if let policy = answer?.array?.last?.string, policy != "noeviction" {
                    return .warning(
                        "redis",
                        "its maxmemory-policy is \(policy)",
                        mend: "set maxmemory-policy noeviction: with any other, events are evicted when memory is short"
                    )
                }
                return .fine(
                    "redis",
                    "Redis \(version?.split(separator: ":").last ?? "?"), \(lengths.reduce(0) { $0 + ($1.integer ?? 0) }) events kept"
                )
            }
        } catch {
            return .broken("redis", "\(error)", mend: "check redis.url, and that the server runs")
        }
    }

    private func pods() async -> Finding {
        do {
            let settings = try RedisConfiguration(url: self.configuration.dispatcher.podRedisURL)
            return try await self.connect(settings) { redis in
                for stream in EventShards(self.configuration.events).names {
                    // An invalid id, so that no entry is added; permissions are checked first.
                    guard try await self.isPermitted("XADD", stream, "0-0", "doctor", "", to: redis) else {
                        return .broken(
                            "redis for pods",
                            "its user is not allowed to add to \(stream)",
                            mend: "grant it the rights in k8s/redis/users.acl"
                        )
                    }
                }
                let own = try RedisConfiguration(self.configuration.redis)
                if let difference = Self.difference(own, settings) { return difference }
                guard try await self.isPermitted("GET", "maas:doctor", to: redis) else {
                    let isSame = own.host == settings.host && own.port == settings.port
                    let rest = isSame ? "" : "; whether it is the Redis of redis.url, only a task can show"
                    return .fine("redis for pods", "its user may add events, but not read them\(rest)")
                }
                return .warning(
                    "redis for pods",
                    "its user can read data, which pods do not need",
                    mend: "give dispatcher.pod_redis_url a user of its own, as in k8s/redis/users.acl"
                )
            }
        } catch {
            return .broken("redis for pods", "\(error)", mend: "check dispatcher.pod_redis_url, and the user's ACL")
        }
    }

    /// Events in another database reach nobody. Host and port may differ: pods may take another way to the same server.
    static func difference(_ own: RedisConfiguration, _ pods: RedisConfiguration) -> Finding? {
        guard own.database != pods.database else { return nil }
        return .warning(
            "redis for pods",
            "pods add events to database \(pods.database), and the services read database \(own.database)",
            mend: "give redis.url and dispatcher.pod_redis_url the same database"
        )
    }

    /// Whether the connection's user may run the command. One that is permitted but invalid answers `ERR`.
    private func isPermitted(_ command: String..., to redis: RedisClient) async throws(RedisError) -> Bool {
        do throws(RedisError) {
            try await redis.send(command)
            return true
        } catch  where ["ERR", "NOPERM"].contains(error.serverCode) {
            return error.serverCode == "ERR"
        } catch {
            throw error
        }
    }

    private func connect(
        _ settings: RedisConfiguration,
        _ body: (RedisClient) async throws -> Finding
    ) async throws -> Finding {
        let redis = RedisClient(settings, logger: Self.logger)
        redis.start()
        do {
            let finding = try await body(redis)
            await redis.close()
            return finding
        } catch {
            await redis.close()
            throw error
        }
    }
}
