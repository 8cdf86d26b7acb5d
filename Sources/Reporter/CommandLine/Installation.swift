internal import FoundationEssentials
internal import Glibc
internal import MaaSCore

/// Copies the reporter into a volume, from where it runs in an image that has never heard of it, and with it whom it
/// trusts: an image may lack that as well.
struct Installation {
    let directory: String
    /// Files and directories to be copied beside it, each under its own name.
    let paths: [String]

    /// Returns the exit status. A container that is started again finds its own copies, and makes them anew.
    func run(_ environment: ReporterEnvironment) -> Int32 {
        do {
            try FileManager.default.createDirectory(atPath: self.directory, withIntermediateDirectories: true)
            // What was started is what is copied, wherever it is found by name.
            try self.copy("/proc/self/exe", as: "reporter")
            if let authorities = CertificateAuthorities(environment).file {
                try self.copy(authorities, as: CertificateAuthorities.fileName)
            }
            for path in self.paths { try self.copy(path, as: String(path.split(separator: "/").last ?? "")) }
            return 0
        } catch {
            OutputWriter.write("reporter: install: \(error)", to: STDERR_FILENO)
            return ExitCode.temporaryFailure
        }
    }

    /// Whole or not at all: the name is given when everything is there.
    private func copy(_ source: String, as name: String) throws {
        let files = FileManager.default
        let target = "\(self.directory)/\(name)"
        let unfinished = "\(self.directory)/.\(name).\(getpid())"
        defer { try? files.removeItem(atPath: unfinished) }
        try files.copyItem(atPath: self.realPath(source), toPath: unfinished)
        try? files.removeItem(atPath: target)
        try files.moveItem(atPath: unfinished, toPath: target)
    }

    /// A link is no program to run elsewhere.
    private func realPath(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
