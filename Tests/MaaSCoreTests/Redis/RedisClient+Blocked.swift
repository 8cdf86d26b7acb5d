@testable internal import MaaSCore
internal import MaaSTesting

extension RedisClient {
    /// Returns once some client waits in `command`. Asked on a connection of its own: this one may be the blocked one.
    func waitUntilBlocked(in command: String) async throws {
        try await withRedisClient(self.configuration) { client in
            while true {
                let clients = try await client.send("CLIENT", "LIST").string?.split(separator: "\n") ?? []
                if clients.contains(where: { $0.contains(" flags=b ") && $0.contains(" cmd=\(command) ") }) { return }
                try await LoopClock().sleep(for: .milliseconds(2))
            }
        }
    }
}
