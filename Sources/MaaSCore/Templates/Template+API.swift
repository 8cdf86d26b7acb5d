/// What the adapters for other APIs need to know of a template.
extension Template {
    /// Whether `model` names this template, by its own name or an alias.
    package func answers(to model: String) -> Bool { self.name == model || self.api.models.contains(model) }

    package func has(parameter: String) -> Bool { self.definition(of: parameter) != nil }

    /// A text converted to the parameter's type; if that fails it stays text, so that validation reports it.
    package func value(of text: String, for parameter: String) -> JSONValue {
        switch self.definition(of: parameter)?.type {
        case .integer, .number: Self.number(text) ?? .string(text)
        case .boolean: ["true": .bool(true), "false": .bool(false)][text] ?? .string(text)
        case .string, nil: .string(text)
        }
    }

    /// Nil for what is no number, or one of more than 64 bytes: other JSON takes a hundred times its size to parse.
    private static func number(_ text: String) -> JSONValue? {
        guard text.utf8.count <= 64, let value = try? JSONValue(parsing: text.utf8), value.number != nil else {
            return nil
        }
        return value
    }

    /// The frame parameter and the allowed number of frames closest to a clip of `seconds`; nil when clients cannot
    /// choose the length. The number may be out of bounds, see ``secondsRange``.
    package func frames(forSeconds seconds: Double) -> (parameter: String, frames: Int64)? {
        guard let length = self.api.length, (0...86_400).contains(seconds) else { return nil }
        // A clip of s seconds has s × fps frames plus the first.
        let wanted = seconds * Double(length.framesPerSecond) + 1
        let definition = self.definition(of: length.parameter)
        let step = definition?.step?.asDouble ?? 1
        let first = definition?.minimum?.asDouble ?? 0
        return (length.parameter, Int64(first + ((wanted - first) / step).rounded() * step))
    }

    /// The shortest and the longest clip in seconds; nil when clients cannot choose the length.
    package var secondsRange: ClosedRange<Double>? {
        guard let length = self.api.length else { return nil }
        let definition = self.definition(of: length.parameter)
        let seconds = { (frames: Double) in max(0, frames - 1) / Double(length.framesPerSecond) }
        let shortest = seconds(definition?.minimum?.asDouble ?? 1)
        return shortest...max(shortest, definition?.maximum.map { seconds($0.asDouble) } ?? 86_400)
    }

    /// The sizes to choose from, such as `1280x704`; none when the template has no such parameter.
    package var sizes: [String] { (self.definition(of: "size")?.choices ?? []).compactMap(\.string) }

    /// The size for `720P` and `16:9`, of which at least one is given; nil when none fits what is given.
    ///
    /// What is not given only decides between sizes that fit: the one nearest to the default's shorter side, or to
    /// 16:9. Models round their sizes, so that 1280x704 is a 720P.
    package func size(resolution: String?, ratio: String?) -> String? {
        let fitting = self.sizes.compactMap(FrameSize.init).filter { $0.meets(resolution: resolution, ratio: ratio) }
        let usual = self.definition(of: "size")?.fallback?.string.flatMap(FrameSize.init)?.shorterSide ?? 0
        let side = resolution.flatMap(FrameSize.side) ?? usual
        let aspect = ratio.flatMap(FrameSize.aspect) ?? 16.0 / 9
        return fitting.min { $0.distance(to: side, aspect) < $1.distance(to: side, aspect) }?.text
    }

    /// Whether a size such as `1280x704` is a `720P`, and has the ratio `16:9`; what is nil is not asked.
    package func size(_ size: String, meets resolution: String?, _ ratio: String?) -> Bool {
        FrameSize(size)?.meets(resolution: resolution, ratio: ratio) ?? false
    }

    /// The length of a task's clip in seconds; nil when its parameters do not determine it.
    package func seconds(of parameters: JSONValue) -> Double? {
        guard let length = self.api.length, let frames = parameters[length.parameter]?.number, frames >= 1 else {
            return nil
        }
        return (frames - 1) / Double(length.framesPerSecond)
    }
}

extension TemplateCatalog {
    /// The template for a client's `model`; when several match, preferably one that takes a picture if there is one.
    /// Without a name, the first suitable one.
    package func template(forModel model: String?, hasPicture: Bool) -> Template? {
        if let model, let exact = self[model] { return exact }
        let candidates = self.templates.filter { template in model.map { template.answers(to: $0) } ?? true }
        return candidates.first { hasPicture ? $0.inputs.image != nil : $0.inputs.image != .required }
            ?? candidates.first
    }
}
