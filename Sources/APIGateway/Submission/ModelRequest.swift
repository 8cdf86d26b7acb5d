internal import MaaSControl
internal import MaaSCore

/// A video request of another API: a model, a prompt, the size and length of the clip, and further parameters.
struct ModelRequest {
    /// An API's own names for the parts of a request, for error messages.
    struct Names {
        var model: String
        var picture: String
        var seconds: String
        /// The name of a template's parameter.
        var parameter: @Sendable (String) -> String
    }

    var model: String?
    var seconds: JSONValue?
    /// By the template's names.
    var parameters: [String: JSONValue] = [:]
    var picture: PictureSource?
    /// Whether scalars are text to be converted to the template's types, as in a form.
    var isText = false
    var faults: [WebError.Field] = []

    /// Converts the request to a draft. What does not fit is reported by the draft's own validation, with the API's
    /// names.
    func draft(_ catalog: TemplateCatalog, _ names: Names) -> TaskDraft {
        let template = catalog.template(forModel: self.model, hasPicture: self.picture != nil)
        var draft = TaskDraft()
        draft.template = template?.name ?? self.model
        draft.picture = self.picture
        draft.faults = self.faults
        var parameters = self.parameters
        if self.isText, let template {
            for (name, value) in parameters {
                if let text = value.string { parameters[name] = template.value(of: text, for: name) }
            }
        }
        var length: String?
        if let seconds = self.seconds, !seconds.isNull {
            if let number = seconds.number ?? seconds.string.flatMap(Double.init), number > 0,
                let frames = template?.frames(forSeconds: number)
            {
                length = frames.parameter
                parameters[frames.parameter] = .integer(frames.frames)
            } else if let template {
                let what =
                    template.api.length == nil
                    ? "cannot be chosen for this model" : "must be a number of seconds, more than 0"
                draft.faults.append(.init("seconds", what))
            }
        }
        draft.parameters = .object(parameters)
        draft.fieldName = Self.fieldName(names, length: length)
        return draft
    }

    private static func fieldName(_ names: Names, length: String?) -> @Sendable (String) -> String {
        let (model, picture, seconds, parameter) = (names.model, names.picture, names.seconds, names.parameter)
        return { field in
            switch field {
            case "template": return model
            case "image": return picture
            case "seconds": return seconds
            default:
                guard field.hasPrefix("parameters.") else { return field }
                let name = String(field.dropFirst("parameters.".count))
                return name == length ? seconds : parameter(name)
            }
        }
    }
}
