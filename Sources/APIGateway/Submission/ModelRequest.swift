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
        if let seconds = self.seconds, !seconds.isNull, let template {
            if let name = template.api.length?.parameter, parameters[name] != nil {
                draft.faults.append(.init("seconds", "is given twice: also as \(names.parameter(name))"))
            } else if let frames = Self.frames(seconds, of: template, &draft.faults) {
                length = frames.parameter
                parameters[frames.parameter] = .integer(frames.frames)
            }
        }
        draft.parameters = .object(parameters)
        draft.fieldName = Self.fieldName(names, length: length)
        return draft
    }

    /// The number of frames for a clip of `seconds`; nil with a fault when the template makes no such clip.
    private static func frames(
        _ seconds: JSONValue,
        of template: Template,
        _ faults: inout [WebError.Field]
    ) -> (parameter: String, frames: Int64)? {
        guard let range = template.secondsRange else {
            faults.append(.init("seconds", "cannot be chosen for this model"))
            return nil
        }
        if let number = seconds.number ?? seconds.string.flatMap(Double.init), number > 0,
            let frames = template.frames(forSeconds: number),
            range.contains(template.seconds(of: [frames.parameter: .integer(frames.frames)]) ?? -1)
        {
            return frames
        }
        let shortest = range.lowerBound > 0 ? "\(Self.text(range.lowerBound)) or more" : "more than 0"
        let longest = Self.text(range.upperBound)
        faults.append(.init("seconds", "must be a number of seconds, \(shortest) and \(longest) or less"))
        return nil
    }

    /// With at most three decimals.
    private static func text(_ seconds: Double) -> String {
        let rounded = (seconds * 1000).rounded(.down) / 1000
        return Int(exactly: rounded).map(String.init) ?? String(rounded)
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
