/// What a face for the clients of another API needs to know of a template.
extension Template {
    /// Whether `model` is this template, by its own name or by another one.
    package func answers(to model: String) -> Bool { self.name == model || self.face.models.contains(model) }

    package func has(parameter: String) -> Bool { self.definition(of: parameter) != nil }

    /// A value that came as text, as the parameter's type has it; what is no such value stays text, so that the check
    /// will say what would be right.
    package func value(of text: String, for parameter: String) -> JSONValue {
        switch self.definition(of: parameter)?.type {
        case .integer, .number:
            (try? JSONValue(parsing: text.utf8)).flatMap { $0.number == nil ? nil : $0 } ?? .string(text)
        case .boolean: ["true": .bool(true), "false": .bool(false)][text] ?? .string(text)
        case .string, nil: .string(text)
        }
    }

    /// The parameter and the number of frames that come closest to a clip of `seconds`; nil when the length is not to be
    /// chosen. A number out of bounds is returned as it is, so that the check will say what would be right.
    package func frames(forSeconds seconds: Double) -> (parameter: String, frames: Int64)? {
        guard let length = self.face.length, (0...86_400).contains(seconds) else { return nil }
        // The first frame is the beginning: a clip of s seconds has s × fps more.
        let wanted = seconds * Double(length.framesPerSecond) + 1
        let definition = self.definition(of: length.parameter)
        let step = definition?.step?.asDouble ?? 1
        let first = definition?.minimum?.asDouble ?? 0
        return (length.parameter, Int64(first + ((wanted - first) / step).rounded() * step))
    }

    /// The size, of those to choose from, that a face means by `480P` or `720P` and `16:9`; nil when there is none such.
    package func size(resolution: String, ratio: String?) -> String? {
        guard let side = Int(resolution.uppercased().prefix { $0.isNumber }) else { return nil }
        let wanted = ratio?.split(separator: ":").compactMap { Double($0) } ?? []
        let aspect = wanted.count == 2 && wanted[1] > 0 ? wanted[0] / wanted[1] : 16 / 9
        let sizes = (self.definition(of: "size")?.choices ?? []).compactMap(\.string).compactMap {
            text -> (String, Double)? in
            let sides = text.split(separator: "x").compactMap { Int($0) }
            guard sides.count == 2, sides.min() == side else { return nil }
            return (text, abs(Double(sides[0]) / Double(sides[1]) - aspect))
        }
        return sizes.min { $0.1 < $1.1 }?.0
    }

    /// How long the clip of a task is, in seconds; nil when its parameters do not say.
    package func seconds(of parameters: JSONValue) -> Double? {
        guard let length = self.face.length, let frames = parameters[length.parameter]?.number, frames >= 1 else {
            return nil
        }
        return (frames - 1) / Double(length.framesPerSecond)
    }
}

extension TemplateCatalog {
    /// The template a client means by `model`; of two that share a name, the one that takes a picture if there is one.
    /// Without a name, the first that suits.
    package func template(forModel model: String?, hasPicture: Bool) -> Template? {
        if let model, let exact = self[model] { return exact }
        let candidates = self.templates.filter { template in model.map { template.answers(to: $0) } ?? true }
        return candidates.first { hasPicture ? $0.inputs.image != nil : $0.inputs.image != .required }
            ?? candidates.first
    }
}
