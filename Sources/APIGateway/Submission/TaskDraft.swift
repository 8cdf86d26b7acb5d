internal import MaaSControl
internal import MaaSCore

/// A submission before validation, in the same form for all APIs.
struct TaskDraft: Sendable {
    /// The template's name; nil if none was given.
    var template: String?
    var parameters: JSONValue = .object([:])
    /// The class's name; nil for the default.
    var priority: String?
    var picture: PictureSource?
    /// The task this one is a remix or a retry of.
    var origin: TaskID?
    /// Labels that the user attached, to find it by.
    var labels: [String: String] = [:]
    /// A webhook for this task, besides the user's endpoints.
    var webhook: TaskWebhook?

    /// Faults found by the reader; reported together with those of ``check(_:_:)``.
    var faults: [WebError.Field] = []
    /// Faults of what an earlier task left. Unlike those of a request, they may appear between a request and its
    /// repetition.
    var inheritedFaults: [WebError.Field] = []
    /// Maps a field to the API's own name: `parameters.size` may be `size` to its clients.
    var fieldName: @Sendable (String) -> String = { $0 }

    /// Validates everything but a picture yet to be fetched, and throws all faults together as 422.
    func check(_ catalog: TemplateCatalog, _ classes: PriorityClasses) throws(WebError) -> CheckedDraft {
        var faults = self.inheritedFaults + self.faults
        let priority = self.checkPriority(classes, &faults)
        let picture = self.checkPicture(&faults)
        guard let template = self.checkTemplate(catalog, &faults) else { throw self.invalid(faults) }
        switch (template.inputs.image, self.picture) {
        case (nil, .some): faults.append(.init("image", "is not taken by the template \(template.name)"))
        case (.required, nil): faults.append(.init("image", "is required by the template \(template.name)"))
        default: break
        }
        do {
            let parameters = try template.validate(self.parameters)
            guard faults.isEmpty else { throw self.invalid(faults) }
            return CheckedDraft(template: template, parameters: parameters, priority: priority, picture: picture)
        } catch let error as ParameterFaults {
            faults += error.faults.map { .init($0.path.isEmpty ? "parameters" : "parameters.\($0.path)", $0.message) }
            throw self.invalid(faults)
        } catch {
            throw self.invalid(faults)
        }
    }

    /// The error for `faults`, with the API's own field names.
    func invalid(_ faults: [WebError.Field]) -> WebError {
        .invalid(faults.map { WebError.Field(self.fieldName($0.field), $0.message) })
    }

    private func checkTemplate(_ catalog: TemplateCatalog, _ faults: inout [WebError.Field]) -> Template? {
        var names: String { catalog.templates.map(\.name).joined(separator: ", ") }
        guard let name = self.template else {
            faults.append(.init("template", "is required; there are \(names)"))
            return nil
        }
        guard let template = catalog[name] else {
            faults.append(.init("template", "must be one of \(names)"))
            return nil
        }
        return template
    }

    private func checkPriority(_ classes: PriorityClasses, _ faults: inout [WebError.Field]) -> TaskPriority {
        guard let name = self.priority else { return classes.standard }
        if let priority = classes[name] { return priority }
        faults.append(.init("priority", "must be one of \(classes.names.joined(separator: ", "))"))
        return classes.standard
    }

    private func checkPicture(_ faults: inout [WebError.Field]) -> PictureFile? {
        guard case .file(let file) = self.picture else { return nil }
        do throws(PictureFault) {
            return try PictureFile(file)
        } catch {
            faults.append(.init("image", error.message))
            return nil
        }
    }
}
