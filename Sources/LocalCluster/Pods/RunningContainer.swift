internal import FoundationEssentials
internal import Glibc
internal import MaaSCore

/// One container while its process lives.
@LoopActor
final class RunningContainer {
    let log: ContainerLog
    private let child: ChildProcess
    private let plan: ContainerPlan
    private let startedAt: Timestamp
    private let logPath: String

    /// Prepares the container's files and starts its process; throws `ContainerFault`.
    init(_ plan: ContainerPlan, hostname: String, in sandbox: Sandbox, logPath: String) throws(ContainerFault) {
        for preparation in plan.preparations { try preparation.carryOut() }
        let log = ContainerLog(path: logPath)
        do {
            self.child = try ChildProcess.spawn(sandbox.command(for: plan, hostname: hostname)) { log.write($0, $1) }
        } catch {
            log.close()
            throw ContainerFault(reason: "RunContainerError", message: error.description)
        }
        self.log = log
        self.plan = plan
        self.logPath = logPath
        self.startedAt = .now()
    }

    /// Sends SIGTERM to the container's first process, as a container runtime does. Before its command has started it
    /// is killed instead: process 1 ignores a SIGTERM without a handler, and would use up the grace period.
    /// - Returns: whether SIGTERM was sent.
    @discardableResult
    func terminate() -> Bool {
        guard let pid = self.firstProcess, self.hasBegun(pid) else {
            self.kill()
            return false
        }
        Glibc.kill(pid, SIGTERM)
        return true
    }

    /// Sends SIGKILL to the container's first process: the kernel then ends all others of its namespace.
    func kill() {
        guard self.child.status == nil else { return }
        if let pid = self.firstProcess {
            Glibc.kill(pid, SIGKILL)
        } else {
            // bubblewrap itself must not be killed: a first process that it has just created would wait for it forever.
            LoopActor.immediate { [self] in
                try? await LoopClock().sleep(for: .milliseconds(5))
                self.kill()
            }
        }
    }

    /// Waits for the end of the process and of its output.
    func waitForEnd() async -> ContainerEnd {
        let status = await self.child.waitForExit()
        await self.child.waitForOutput()
        self.log.close()
        return self.end(Int(status.shellCode))
    }

    /// Process 1 of the container: the only child of bubblewrap, which stays outside and waits.
    private var firstProcess: pid_t? {
        guard self.child.status == nil else { return nil }
        let list = FileManager.default.contents(atPath: "/proc/\(self.child.pid)/task/\(self.child.pid)/children")
        return String(decoding: list ?? Data(), as: UTF8.self).split(separator: " ").first.flatMap { pid_t($0) }
    }

    /// Whether the container's command runs, rather than bubblewrap preparing the sandbox.
    private func hasBegun(_ pid: pid_t) -> Bool {
        FileManager.default.contents(atPath: "/proc/\(pid)/comm") != Data("bwrap\n".utf8)
    }

    private func end(_ code: Int) -> ContainerEnd {
        let said = String(decoding: self.log.firstError, as: UTF8.self)
        if code == 1, said.hasPrefix("bwrap: ") {
            let line = said.split(separator: "\n").first.map(String.init) ?? said
            return ContainerEnd(
                exitCode: 128,
                reason: "StartError",
                message: line,
                startedAt: self.startedAt,
                finishedAt: .now()
            )
        }
        return ContainerEnd(
            exitCode: code,
            message: self.terminationMessage(code),
            startedAt: self.startedAt,
            finishedAt: .now()
        )
    }

    /// The container's termination message: at most 4096 bytes, as in kubelet.
    private func terminationMessage(_ code: Int) -> String {
        let bytes = FileManager.default.contents(atPath: self.plan.terminationLog.source) ?? Data()
        if !bytes.isEmpty { return String(decoding: bytes.prefix(4096), as: UTF8.self) }
        guard code != 0, self.plan.fallsBackToLogs else { return "" }
        var file = LogFile(path: self.logPath)
        let text = (file.nextLines() ?? []).suffix(80).flatMap { $0.rendered(withTime: false) }
        return String(decoding: text.suffix(2048), as: UTF8.self)
    }
}

extension ContainerPlan.Preparation {
    /// Carries out the preparation on this machine.
    fileprivate func carryOut() throws(ContainerFault) {
        let files = FileManager.default
        do {
            switch self {
            case .directory(let path):
                try files.createDirectory(atPath: path, withIntermediateDirectories: true)
            case .file(let path, let contents):
                try Data(contents.utf8).write(to: URL(filePath: path))
            case .existing(let path, let type):
                var isDirectory = false
                guard files.fileExists(atPath: path, isDirectory: &isDirectory) else {
                    throw ContainerFault(
                        reason: "CreateContainerConfigError",
                        message: "\(path) is not on this machine"
                    )
                }
                if type == "Directory" && !isDirectory || type == "File" && isDirectory {
                    throw ContainerFault(
                        reason: "CreateContainerConfigError",
                        message: "hostPath type check failed: \(path) is not a \(type.lowercased())"
                    )
                }
            }
        } catch let fault as ContainerFault {
            throw fault
        } catch {
            throw ContainerFault(reason: "CreateContainerError", message: "\(error)")
        }
    }
}
