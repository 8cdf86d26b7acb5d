/// How clients of other APIs refer to a template: the header's block `api`.
package struct TemplateAPI: Sendable, Hashable {
    /// Names accepted for `model`, besides the template's own.
    package var models: [String] = []
    /// How a length in seconds is converted; nil when clients cannot choose the length.
    package var length: Length?

    /// The parameter for the clip's length.
    package struct Length: Sendable, Hashable {
        /// The parameter with the number of frames.
        package var parameter = ""
        package var framesPerSecond = 16

        package init() {}
    }

    package init() {}
}

extension TemplateAPI: ConfigurationSection {
    mutating func read(from reader: ConfigurationReader) {
        reader.read(texts: "models", into: &self.models)
        guard reader.node("seconds") != nil else { return }
        var length = Length()
        reader.read(section: "seconds", into: &length)
        self.length = length
    }
}

extension TemplateAPI.Length: ConfigurationSection {
    mutating func read(from reader: ConfigurationReader) {
        reader.require("parameter", into: &self.parameter, as: .text)
        reader.require("fps", into: &self.framesPerSecond, as: .integer(1...240))
    }
}
