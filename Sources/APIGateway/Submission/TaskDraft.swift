internal import MaaSControl
internal import MaaSCore

/// What a client wants made, before it is known whether it can be.
struct TaskDraft: Sendable {
    let document: JSONValue
    let picture: TemporaryFile?

    /// A draft that can be done as it is.
    struct Checked: Sendable {
        let template: Template
        /// With the template's defaults.
        let parameters: JSONValue
        let priority: TaskPriority
        let picture: Picture?
    }

    /// The most pixels a picture may have: as it is decoded, each takes 4 bytes of a worker's memory, or more.
    static let pixelLimit = 40_000_000

    /// Finds every fault of the draft, and throws them together as 422.
    func check(_ catalog: TemplateCatalog) throws(WebError) -> Checked {
        guard let members = self.document.object else {
            throw .badRequest("a task is an object with template, parameters and priority")
        }
        var faults: [WebError.Field] = []
        for name in members.keys.sorted() where !["template", "parameters", "priority"].contains(name) {
            faults.append(.init(name, "is no member of a task; template, parameters and priority are"))
        }
        let priority = Self.priority(members["priority"], &faults)
        let picture = self.checkPicture(&faults)
        guard let template = Self.template(members["template"], catalog, &faults) else { throw .invalid(faults) }
        switch (template.inputs.image, self.picture) {
        case (nil, .some): faults.append(.init("image", "is not taken by the template \(template.name)"))
        case (.required, nil): faults.append(.init("image", "is required by the template \(template.name)"))
        default: break
        }
        do {
            let parameters = try template.validate(members["parameters"] ?? .object([:]))
            guard faults.isEmpty else { throw WebError.invalid(faults) }
            return Checked(template: template, parameters: parameters, priority: priority, picture: picture)
        } catch let error as ParameterFaults {
            faults += error.faults.map { .init($0.path.isEmpty ? "parameters" : "parameters.\($0.path)", $0.message) }
            throw .invalid(faults)
        } catch {
            throw .invalid(faults)
        }
    }

    private static func template(
        _ value: JSONValue?,
        _ catalog: TemplateCatalog,
        _ faults: inout [WebError.Field]
    ) -> Template? {
        var names: String { catalog.templates.map(\.name).joined(separator: ", ") }
        guard let value, !value.isNull else {
            faults.append(.init("template", "is required; there are \(names)"))
            return nil
        }
        guard let name = value.string, let template = catalog[name] else {
            faults.append(.init("template", "must be one of \(names)"))
            return nil
        }
        return template
    }

    private static func priority(_ value: JSONValue?, _ faults: inout [WebError.Field]) -> TaskPriority {
        guard let value, !value.isNull else { return .normal }
        if let priority = value.string.flatMap(TaskPriority.init) { return priority }
        faults.append(.init("priority", "must be one of high, normal, low"))
        return .normal
    }

    private func checkPicture(_ faults: inout [WebError.Field]) -> Picture? {
        guard let file = self.picture else { return nil }
        guard let picture = Picture(file.prefix(Picture.headerLength)) else {
            faults.append(.init("image", "must be a JPEG, PNG or WebP picture"))
            return nil
        }
        if picture.pixels > Self.pixelLimit {
            faults.append(
                .init("image", "has \(picture.width) x \(picture.height) pixels; \(Self.pixelLimit) at most are taken")
            )
        }
        return picture
    }
}
