internal import MaaSControl
internal import MaaSCore

/// A video as the APIs of others ask for it: a model, a prompt, how large and how long the clip is to be, and what else
/// the model takes.
struct ModelRequest {
    /// What a face calls the parts of a request, for its clients to find what is at fault.
    struct Names {
        var model: String
        var picture: String
        var seconds: String
        /// Of a parameter of the template.
        var parameter: @Sendable (String) -> String
    }

    var model: String?
    var seconds: JSONValue?
    /// By the template's names.
    var parameters: [String: JSONValue] = [:]
    var picture: PictureSource?
    /// Whether single values came as text and mean what the template says, as those of a form.
    var isText = false
    var faults: [WebError.Field] = []

    /// The draft this amounts to. What does not fit is left for the draft's own check, which names it in the face's words.
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
            if let number = seconds.number ?? seconds.string.flatMap(Double.init),
                let frames = template?.frames(forSeconds: number)
            {
                length = frames.parameter
                parameters[frames.parameter] = .integer(frames.frames)
            } else if let template {
                let what =
                    template.face.length == nil ? "cannot be chosen for this model" : "must be a number of seconds"
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
