internal import MaaSCore
internal import Glibc

/// Programs in `Tests/Support`: misbehaving servers, and a generator of their certificates.
package enum SupportProgram {
    /// Starts a server that prints its port on a line of standard output; calls `body` with the port and ends the
    /// server.
    @LoopActor
    package static func withServer<R>(
        _ name: String,
        _ arguments: [String] = [],
        _ body: @LoopActor (_ port: Int) async throws -> R
    ) async throws -> R {
        let (lines, continuation) = AsyncStream.makeStream(of: String.self)
        var line: [UInt8] = []
        let server = try ChildProcess.spawn(.init(Self.path(of: name), arguments)) { stream, bytes in
            guard stream == .standardOutput else {
                _ = write(STDERR_FILENO, bytes.baseAddress, bytes.count)
                return
            }
            line += bytes
            if line.contains(UInt8(ascii: "\n")) {
                continuation.yield(String(decoding: line.dropLast(), as: UTF8.self))
            }
        }
        defer { server.signalGroup(SIGKILL) }
        for await line in lines {
            guard let port = Int(line) else { break }
            return try await body(port)
        }
        throw SupportProgramError(name: name)
    }

    /// Runs a program to its end; throws unless it succeeds.
    @LoopActor
    package static func run(_ name: String, _ arguments: [String]) async throws {
        let child = try ChildProcess.spawn(.init(Self.path(of: name), arguments))
        guard await child.waitForExit() == .exited(0) else { throw SupportProgramError(name: name) }
    }

    /// A free port, reserved for the caller for a minute.
    @LoopActor
    package static func freePort() async throws -> Int {
        var said: [UInt8] = []
        let program = "\(TestEnvironment.repository)/scripts/free-port"
        let child = try ChildProcess.spawn(.init(program, [])) { _, bytes in said += bytes }
        await child.waitForOutput()
        guard let port = Int(String(decoding: said.dropLast(), as: UTF8.self)) else {
            throw SupportProgramError(name: "free-port")
        }
        return port
    }

    /// Calls `body` with a new, empty directory, and removes it with all its content.
    @LoopActor
    package static func withDirectory<R>(_ body: @LoopActor (_ path: String) async throws -> R) async throws -> R {
        var template = Array("/tmp/maas-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SupportProgramError(name: "mkdtemp") }
        let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        do {
            let result = try await body(path)
            try await Self.remove(path)
            return result
        } catch {
            try? await Self.remove(path)
            throw error
        }
    }

    @LoopActor
    private static func remove(_ path: String) async throws {
        _ = try await ChildProcess.spawn(.init("rm", ["-rf", path])).waitForExit()
    }

    private static func path(of name: String) -> String { "\(TestEnvironment.repository)/Tests/Support/\(name)" }
}
