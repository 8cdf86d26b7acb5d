extension ConfigurationReader {
    /// Reads any value.
    func read(json key: String, into value: inout JSONValue?) {
        guard let node = self.node(key) else { return }
        do {
            value = try JSONValue(yaml: node)
        } catch {
            self.fault(key, error.message)
        }
    }

    /// Reads a list of any values.
    func read(jsonList key: String, into values: inout [JSONValue]?) {
        var value: JSONValue?
        self.read(json: key, into: &value)
        switch value {
        case .array(let elements): values = elements
        case nil: break
        default: self.fault(key, "expected a list")
        }
    }

    /// Reads a list of strings.
    func read(texts key: String, into texts: inout [String]) {
        var values: [JSONValue]?
        self.read(jsonList: key, into: &values)
        guard let values else { return }
        texts = values.compactMap { value in
            guard case .string(let text) = value else { return nil }
            return text
        }
        if texts.count < values.count { self.fault(key, "expected strings: put numbers, true and false in quotes") }
    }

    /// Reads the annotations: keys that begin with `x-`, which are kept without being interpreted.
    func annotations() -> [String: JSONValue] {
        var annotations: [String: JSONValue] = [:]
        for key in self.keys(prefix: "x-") {
            var value: JSONValue?
            self.read(json: key, into: &value)
            annotations[key] = value
        }
        return annotations
    }
}
