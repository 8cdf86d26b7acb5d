/// Header fields in order; names are compared ignoring case and may be repeated.
package struct HTTPHeaders: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    private var fields: [HTTPField]

    package init(_ fields: [HTTPField] = []) {
        self.fields = fields
    }

    package init(dictionaryLiteral elements: (String, String)...) {
        self.fields = elements.map { HTTPField(name: $0, value: $1) }
    }

    /// The first value of `name`; setting one replaces them all, setting `nil` removes them all.
    package subscript(name: String) -> String? {
        get { self.fields.first { $0.isNamed(name) }?.value }
        set {
            guard let first = self.fields.firstIndex(where: { $0.isNamed(name) }) else {
                if let newValue { self.add(name, newValue) }
                return
            }
            let rest = self.fields[(first + 1)...].filter { !$0.isNamed(name) }
            self.fields.removeSubrange(first...)
            if let newValue { self.add(name, newValue) }
            self.fields += rest
        }
    }

    /// Every value of `name`, in order.
    package func values(of name: String) -> [String] {
        self.fields.filter { $0.isNamed(name) }.map(\.value)
    }

    /// Appends a field.
    package mutating func add(_ name: String, _ value: String) {
        self.fields.append(HTTPField(name: name, value: value))
    }
}

extension HTTPHeaders: RandomAccessCollection {
    package var startIndex: Int { self.fields.startIndex }
    package var endIndex: Int { self.fields.endIndex }
    package subscript(position: Int) -> HTTPField { self.fields[position] }
}
