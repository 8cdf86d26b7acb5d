internal import MaaSCore

/// Checks everything the services depend on, the way they use it, and prints remedies. Leaves nothing changed.
@LoopActor
struct Doctor {
    /// Where `services.yaml` is.
    let path: String
    let environment: [String: String]

    /// Returns 0 when nothing is broken.
    func run() async -> Int32 {
        var worst = Finding.Verdict.fine
        func tell(_ findings: [Finding]) {
            for finding in findings {
                StandardOutput.write(finding.text)
                if finding.verdict == .broken || worst != .broken && finding.verdict == .warning {
                    worst = finding.verdict
                }
            }
        }
        let configuration: MaaSConfiguration
        do {
            configuration = try MaaSConfiguration.load(path: self.path, environment: self.environment)
            tell([.fine("configuration", "\(self.path) has no faults")])
        } catch {
            for fault in error.faults {
                tell([
                    .broken(
                        "configuration",
                        "\(fault)",
                        mend: "correct it in \(self.path), or set the variable it names"
                    )
                ])
            }
            return ExitCode.configuration
        }
        let (templates, catalog) = TemplateCheck(configuration: configuration).run()
        tell(templates)
        tell(await DatabaseCheck(configuration: configuration).run())
        tell(await RedisCheck(configuration: configuration).run())
        tell(await ObjectStoreCheck(configuration: configuration).run())
        tell(await ClusterCheck(configuration: configuration, catalog: catalog).run())
        tell(await ServicesCheck(configuration: configuration).run())
        return worst == .broken ? 1 : 0
    }
}
