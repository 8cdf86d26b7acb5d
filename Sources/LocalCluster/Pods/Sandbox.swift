internal import Glibc
internal import MaaSCore

/// Runs containers as bubblewrap processes, with their own namespaces for processes, users, IPC and the host name, the
/// machine's network and a private root.
struct Sandbox: Sendable {
    /// The path of bubblewrap.
    let executable: String
    let root: HostRoot
    /// Device files of GPUs, for containers with GPUs.
    let gpuDevices: [String]

    /// The command that starts a container.
    ///
    /// The container's command is process 1 of its namespace, as under a real container runtime: it must handle SIGTERM
    /// itself, and when it ends everything in the container ends. The environment is inherited rather than passed on
    /// the command line, which other users of the machine can read.
    func command(for plan: ContainerPlan, hostname: String) -> ChildProcess.Command {
        var arguments = [
            "--die-with-parent", "--new-session", "--as-pid-1",
            "--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try",
            "--hostname", String(hostname.prefix(63)), "--cap-drop", "ALL",
        ]
        for entry in self.root.entries {
            switch entry {
            case .bind(let path): arguments += ["--ro-bind", path, path]
            case .symlink(let path, let target): arguments += ["--symlink", target, path]
            }
        }
        arguments += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--dir", "/run", "--dir", "/var/tmp"]
        if plan.hasGPUs { arguments += self.gpuDevices.flatMap { ["--dev-bind-try", $0, $0] } }
        // A nested mount must come after its parent.
        for mount in plan.mounts.sorted(by: { $0.path.utf8.count < $1.path.utf8.count }) {
            arguments += [mount.isReadOnly ? "--ro-bind" : "--bind", mount.source, mount.path]
        }
        arguments += ["--chdir", plan.workingDirectory, "--"]
        return ChildProcess.Command(self.executable, arguments + plan.arguments, environment: plan.environment)
    }

    /// Finds bubblewrap and tests it; the error says what is missing.
    @LoopActor
    static func find() async throws(SetupError) -> Sandbox {
        let candidates = ["/usr/bin/bwrap", "/bin/bwrap", "/usr/local/bin/bwrap"]
        guard let executable = candidates.first(where: { access($0, X_OK) == 0 }) else {
            throw SetupError(message: "bubblewrap is not installed: apt-get install bubblewrap")
        }
        let devices =
            ["nvidiactl", "nvidia-uvm", "nvidia-uvm-tools", "nvidia-modeset"] + (0..<16).map { "nvidia\($0)" }
        let sandbox = Sandbox(
            executable: executable,
            root: .local(),
            gpuDevices: devices.map { "/dev/\($0)" }.filter { access($0, F_OK) == 0 }
        )
        try await sandbox.probe()
        return sandbox
    }

    @LoopActor
    private func probe() async throws(SetupError) {
        var said: [UInt8] = []
        let arguments = [
            "--unshare-user", "--unshare-pid", "--ro-bind", "/", "/", "--proc", "/proc", "--", "/bin/true",
        ]
        do {
            let child = try ChildProcess.spawn(ChildProcess.Command(self.executable, arguments)) { _, bytes in
                said += bytes
            }
            let status = await child.waitForExit()
            await child.waitForOutput()
            if status == .exited(0) { return }
        } catch {
            throw SetupError(message: error.description)
        }
        throw SetupError(
            message: "bubblewrap cannot make a sandbox here: \(String(decoding: said, as: UTF8.self).trimmedLines). "
                + "It needs unprivileged user namespaces: sysctl kernel.unprivileged_userns_clone=1; inside a container, "
                + "one started with --privileged"
        )
    }
}

extension String {
    fileprivate var trimmedLines: String { self.split(whereSeparator: \.isNewline).joined(separator: "; ") }
}
