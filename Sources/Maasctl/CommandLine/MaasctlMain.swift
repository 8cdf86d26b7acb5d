internal import Glibc
internal import MaaSCore

/// Runs a command line.
@LoopActor
struct MaasctlMain {
    let environment: [String: String]

    /// Returns the exit status: 0; 1 for a failed command, or a task that did not complete; 64 for an invalid command
    /// line; 75 when it is not known how a task ends, or its video cannot be fetched for now; 78 for a missing setting.
    func run(_ arguments: [String]) async -> Int32 {
        let command: MaasctlCommand
        do {
            command = try MaasctlCommand(arguments)
        } catch {
            OutputWriter.write("maasctl: \(error.message)\n\n\(MaasctlCommand.usage)", to: STDERR_FILENO)
            return ExitCode.usage
        }
        switch command {
        case .help: StandardOutput.write(MaasctlCommand.usage)
        case .version: StandardOutput.write("maasctl \(MaaSVersion.current)")
        case .doctor(let path): return await Doctor(path: path, environment: self.environment).run()
        default: return await self.ask(command)
        }
        return 0
    }

    private func ask(_ command: MaasctlCommand) async -> Int32 {
        let client: APIClient
        do {
            client = try APIClient(environment: self.environment)
        } catch {
            return self.fail(error)
        }
        defer { client.close() }
        do throws(CommandError) {
            return try await self.perform(command, by: client)
        } catch {
            return self.fail(error)
        }
    }

    private func perform(_ command: MaasctlCommand, by client: APIClient) async throws(CommandError) -> Int32 {
        switch command {
        case .submit(let submission, let following):
            try following.checkOutput()
            return try await submission.run(client, following)
        case .watch(let id, let following):
            try following.checkOutput()
            return try await following.run(id, client)
        case .logs(let request): try await request.run(client)
        case .show(let report): try await report.run(client)
        case .change(let change): try await change.run(client)
        case .help, .version, .doctor: break
        }
        return 0
    }

    private func fail(_ error: CommandError) -> Int32 {
        OutputWriter.write("maasctl: \(error.message)", to: STDERR_FILENO)
        return error.status
    }
}
