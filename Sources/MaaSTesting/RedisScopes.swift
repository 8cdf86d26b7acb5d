package import MaaSCore

/// Calls `body` with a connected client and closes it afterwards.
@LoopActor
package func withRedisClient<R>(
    _ configuration: RedisConfiguration,
    _ body: @LoopActor (RedisClient) async throws -> R
) async throws -> R {
    let client = RedisClient(configuration, logger: Logger(service: "test", level: .error))
    client.start()
    do {
        let result = try await body(client)
        await client.close()
        return result
    } catch {
        await client.close()
        throw error
    }
}

/// Calls `body` with a client of the server at `REDIS_URL` and a unique key, which is deleted afterwards.
@LoopActor
package func withRedisKey<R>(_ body: @LoopActor (RedisClient, _ key: String) async throws -> R) async throws -> R {
    let configuration = try RedisConfiguration(url: TestEnvironment.redisURL ?? "redis://127.0.0.1")
    return try await withRedisClient(configuration) { client in
        let key = "test:" + Hexadecimal.encode(RandomBytes.shared.next(8))
        do {
            let result = try await body(client, key)
            try await client.send("DEL", key)
            return result
        } catch {
            _ = try? await client.send("DEL", key)
            throw error
        }
    }
}
