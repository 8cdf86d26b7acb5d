internal import Glibc
package import MaaSCore

/// A Redis server of one test's own, which may be killed, stopped and started again on the same port.
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
        let server = PrivateRedisServer(options)
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

    private init(_ options: [String]) {
        self.options = options
        self.configuration = RedisConfiguration(port: Self.freePort())
    }

    /// Starts an empty server; a client's commands wait until it serves.
    package func start() throws {
        var command = ChildProcess.Command(
            "redis-server",
            ["--port", String(self.configuration.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
                + self.options
        )
        command.directory = "/tmp"
        self.process = try ChildProcess.spawn(command)
    }

    /// Ends the server as a crash would, and waits until it is gone.
    package func kill() async {
        self.process?.signal(SIGKILL)
        _ = await self.process?.waitForExit()
        self.process = nil
    }

    /// Freezes the server: connections stay open and nothing is answered.
    package func freeze() { self.process?.signal(SIGSTOP) }

    package func thaw() { self.process?.signal(SIGCONT) }

    private static func freePort() -> Int {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                _ = bind(descriptor, address, length)
                _ = getsockname(descriptor, address, &length)
            }
        }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
