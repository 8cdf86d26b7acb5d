internal import MaaSCore

/// Checks that the templates can be loaded, and that those offered to users exist.
struct TemplateCheck {
    let configuration: MaaSConfiguration

    /// - Returns: the templates, too; nil when they cannot be used.
    func run() -> (findings: [Finding], catalog: TemplateCatalog?) {
        let settings = self.configuration.templates
        do {
            let catalog = try TemplateCatalog.load(directory: settings.directory)
            let offered = try catalog.offering(settings.offered)
            let names = offered.templates.map(\.name).sorted().joined(separator: ", ")
            guard !offered.templates.isEmpty else {
                let finding = Finding.broken(
                    "templates",
                    "\(settings.directory) has no template",
                    mend: "put one there, or set templates.directory; docs/templates.md says how they are written"
                )
                return ([finding], catalog)
            }
            return ([.fine("templates", names)], catalog)
        } catch {
            let findings = error.faults.map { fault in
                Finding.broken(
                    "templates",
                    "\(fault)",
                    mend: "correct it, or templates.directory; docs/templates.md says how"
                )
            }
            return (findings, nil)
        }
    }
}
