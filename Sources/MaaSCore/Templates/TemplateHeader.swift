/// The first document of a template file: everything but the job.
struct TemplateHeader: Sendable, Hashable {
    var name = ""
    var title = ""
    var summary: String?
    var jobPrefix = ""
    var inputs = TemplateInputs()
    var limits = TemplateLimits()
    var estimate = TemplateEstimate()
    var parameters = ParameterSchema()
    var api = TemplateAPI()
    /// The keys that begin with `x-`.
    var annotations: [String: JSONValue] = [:]

    init() {}
}

extension TemplateHeader: ConfigurationSection {
    mutating func read(from reader: ConfigurationReader) {
        reader.require("name", into: &self.name, as: .templateName)
        reader.require("title", into: &self.title, as: .text)
        reader.read("description", into: &self.summary, as: .text)
        reader.require("job_prefix", into: &self.jobPrefix, as: .jobPrefix)
        if reader.node("inputs") != nil { reader.read(section: "inputs", into: &self.inputs) }
        reader.read(section: "limits", into: &self.limits)
        reader.read(section: "estimate", into: &self.estimate)
        self.readParameters(from: reader)
        self.annotations = reader.annotations()
        reader.read(section: "api", into: &self.api)
        self.checkEstimate(reader)
        self.checkAPI(reader)
    }

    private mutating func readParameters(from reader: ConfigurationReader) {
        reader.read(section: "parameters", into: &self.parameters)
        var schema: JSONValue?
        reader.read(json: "parameters", into: &schema)
        schema?["additionalProperties"] = .bool(false)
        schema?["x-order"] = .array(self.parameters.properties.map { .string($0.name) })
        self.parameters.json = schema ?? .object([:])
    }

    private func checkAPI(_ reader: ConfigurationReader) {
        if let name = self.api.length?.parameter, self.parameters[name]?.mayBe(.integer) != true {
            reader.fault("api", "seconds: \(name) is not a parameter that is a whole number")
        }
    }

    private func checkEstimate(_ reader: ConfigurationReader) {
        for term in self.estimate.terms {
            for name in term.times where self.parameters[name]?.mayBe(.integer, .number) != true {
                reader.fault("estimate", "\(name) is not a parameter that is a number")
            }
            for name in term.factors.keys.sorted() where self.parameters[name] == nil {
                reader.fault("estimate", "\(name) is not a parameter")
            }
        }
    }
}

extension ScalarFormat<String> {
    /// The name users give for `template`: the characters of model names.
    fileprivate static var templateName: Self {
        Self(expected: "1 to 63 lower-case letters, digits, - and ., such as wan2.2-ti2v-5b") { text in
            ScalarFormat.isName(text, also: "-.") ? text : nil
        }
    }

    /// The prefix of job names: DNS-1035, and short enough to be followed by a task id and an attempt.
    fileprivate static var jobPrefix: Self {
        let most = JobName.maximumPrefixLength
        let expected = "1 to \(most) lower-case letters, digits and -, beginning with a letter, not ending in -"
        return Self(expected: expected) { text in
            let isLabel = ScalarFormat.isName(text, also: "-") && text.count <= most
            return isLabel && text.first?.isLetter == true ? text : nil
        }
    }
}
