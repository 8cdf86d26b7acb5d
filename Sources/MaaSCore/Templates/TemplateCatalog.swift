internal import FoundationEssentials

/// The templates of a directory, by name.
package struct TemplateCatalog: Sendable {
    /// Sorted by name.
    package let templates: [Template]
    private let byName: [String: Template]

    init(_ templates: [Template]) {
        self.templates = templates.sorted { $0.name < $1.name }
        self.byName = Dictionary(templates.map { ($0.name, $0) }) { first, _ in first }
    }

    /// The named templates; all of them without names.
    ///
    /// - Throws: A fault for each unknown name.
    package func offering(_ names: [String]) throws(TemplateFaults) -> TemplateCatalog {
        if names.isEmpty { return self }
        let unknown = names.filter { self.byName[$0] == nil }
        guard unknown.isEmpty else {
            throw TemplateFaults(unknown.map { TemplateFault("templates.offered", "there is no template \($0)") })
        }
        return TemplateCatalog(self.templates.filter { names.contains($0.name) })
    }

    /// The kinds of their jobs.
    package var resources: Set<JobResource> { Set(self.templates.map(\.resource)) }

    package subscript(name: String) -> Template? { self.byName[name] }

    /// Loads and validates every `*.yaml` in a directory.
    ///
    /// - Throws: All faults of all files. Having no template is a fault, too.
    package static func load(directory: String) throws(TemplateFaults) -> TemplateCatalog {
        guard let entries = try? FileManager.default.contentsOfDirectory(atPath: directory) else {
            throw TemplateFaults([TemplateFault(directory, "the directory does not exist or cannot be read")])
        }
        var faults: [TemplateFault] = []
        var files: [String: String] = [:]
        var templates: [Template] = []
        for entry in entries.sorted() where entry.hasSuffix(".yaml") && !entry.hasPrefix(".") {
            let file = "\(directory)/\(entry)"
            do throws(TemplateFaults) {
                let template = try Template(parsing: try Self.read(file), file: file)
                if let other = files.updateValue(file, forKey: template.name) {
                    faults.append(TemplateFault(file, "the template \(template.name) is in \(other), too"))
                }
                templates.append(template)
            } catch {
                faults += error.faults
            }
        }
        if templates.isEmpty, faults.isEmpty { faults.append(TemplateFault(directory, "it contains no *.yaml file")) }
        guard faults.isEmpty else { throw TemplateFaults(faults) }
        return TemplateCatalog(templates)
    }

    private static func read(_ file: String) throws(TemplateFaults) -> [UInt8] {
        guard let contents = FileManager.default.contents(atPath: file) else {
            throw TemplateFaults([TemplateFault(file, "cannot be read")])
        }
        return [UInt8](contents)
    }
}

extension TemplateFault {
    /// A fault of a whole file or directory.
    fileprivate init(_ file: String, _ message: String) {
        self.init(file: file, line: 1, path: "", message: message)
    }
}
