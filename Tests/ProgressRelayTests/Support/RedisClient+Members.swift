internal import MaaSCore

extension RedisClient {
    /// The names in the consumer group that writes the events of `stream`.
    func members(of stream: String) async throws -> Set<String> {
        let members = try await self.send("XINFO", "CONSUMERS", stream, "relay").array ?? []
        return Set(members.compactMap { $0.fields?.value(of: "name") })
    }
}
