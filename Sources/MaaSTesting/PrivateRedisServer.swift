internal import Glibc
package import MaaSCore

/// A Redis server for a single test, which may be killed, frozen and restarted on the same port.
@LoopActor
package final class PrivateRedisServer {
    package let configuration: RedisConfiguration
    private let options: [String]
    private var process: ChildProcess?

    /// - Parameter options: more arguments for `redis-server`, such as `--requirepass`.
    package static func with<R>(
        _ options: [String] = [],
        _ body: @LoopActor (PrivateRedisServer) async throws -> R
    ) async throws -> R {
        let server = try await PrivateRedisServer(options, port: SupportProgram.freePort())
        try server.start()
        do {
            let result = try await body(server)
            await server.kill()
            return result
        } catch {
            await server.kill()
            throw error
        }
    }

    private init(_ options: [String], port: Int) {
        self.options = options
        self.configuration = RedisConfiguration(port: port)
    }

    /// Starts an empty server; clients' commands wait until it is up.
    package func start() throws {
        var command = ChildProcess.Command(
            "redis-server",
            ["--port", String(self.configuration.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
                + self.options
        )
        command.directory = "/tmp"
        self.process = try ChildProcess.spawn(command)
    }

    /// Kills the server and waits until it is gone.
    package func kill() async {
        self.process?.signal(SIGKILL)
        _ = await self.process?.waitForExit()
        self.process = nil
    }

    /// Freezes the server: connections stay open, but nothing is answered.
    package func freeze() { self.process?.signal(SIGSTOP) }

    package func thaw() { self.process?.signal(SIGCONT) }
}
