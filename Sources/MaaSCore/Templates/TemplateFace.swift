/// How the clients of other APIs ask for a template: the header's block `api`.
package struct TemplateFace: Sendable, Hashable {
    /// What they may write for `model`, besides the template's own name.
    package var models: [String] = []
    /// Where a client gives the length of the clip in seconds; nil when the length is not the client's to choose.
    package var length: Length?

    /// A clip's length, as the template has it.
    package struct Length: Sendable, Hashable {
        /// The parameter that holds the frames.
        package var parameter = ""
        package var framesPerSecond = 16

        package init() {}
    }

    package init() {}
}

extension TemplateFace: ConfigurationSection {
    mutating func read(from reader: ConfigurationReader) {
        reader.read(texts: "models", into: &self.models)
        guard reader.node("seconds") != nil else { return }
        var length = Length()
        reader.read(section: "seconds", into: &length)
        self.length = length
    }
}

extension TemplateFace.Length: ConfigurationSection {
    mutating func read(from reader: ConfigurationReader) {
        reader.require("parameter", into: &self.parameter, as: .text)
        reader.require("fps", into: &self.framesPerSecond, as: .integer(1...240))
    }
}
