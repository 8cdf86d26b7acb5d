internal import FoundationEssentials
internal import Glibc
internal import MaaSCore

/// Copies the reporter into a volume, for images that do not contain it, together with the CA certificates, which an
/// image may lack as well.
struct Installation {
    let directory: String
    /// Files and directories copied along with it, each under its own name.
    let paths: [String]

    /// Returns the exit status. Replaces earlier copies, as in a restarted container.
    func run(_ environment: ReporterEnvironment) -> Int32 {
        do {
            try FileManager.default.createDirectory(atPath: self.directory, withIntermediateDirectories: true)
            // The running executable, however it was found.
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

    /// Copies atomically: the final name appears only once the copy is complete.
    private func copy(_ source: String, as name: String) throws {
        let files = FileManager.default
        let target = "\(self.directory)/\(name)"
        let unfinished = "\(self.directory)/.\(name).\(getpid())"
        defer { try? files.removeItem(atPath: unfinished) }
        try files.copyItem(atPath: self.realPath(source), toPath: unfinished)
        try? files.removeItem(atPath: target)
        try files.moveItem(atPath: unfinished, toPath: target)
    }

    /// Copies a symbolic link's target, since the link itself would be useless elsewhere.
    private func realPath(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
