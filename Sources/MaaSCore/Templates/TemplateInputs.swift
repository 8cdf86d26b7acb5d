/// The input files of a template's tasks.
package struct TemplateInputs: Sendable, Hashable {
    /// Whether a picture is optional or required; nil when none is accepted.
    package enum Picture: Sendable, Hashable {
        case optional, required
    }

    package var image: Picture?

    package init(image: Picture? = nil) {
        self.image = image
    }

    /// As published: `{"image": {"required": false}}`.
    var json: JSONValue {
        .object(self.image.map { ["image": .object(["required": .bool($0 == .required)])] } ?? [:])
    }
}

extension TemplateInputs: ConfigurationSection {
    init() {
        self.init(image: nil)
    }

    mutating func read(from reader: ConfigurationReader) {
        guard reader.node("image") != nil else { return }
        var picture = PictureRule()
        reader.read(section: "image", into: &picture)
        self.image = picture.isRequired ? .required : .optional
    }

    private struct PictureRule: ConfigurationSection {
        var isRequired = false

        mutating func read(from reader: ConfigurationReader) {
            reader.require("required", into: &self.isRequired, as: .flag)
        }
    }
}
