internal import MaaSCore

/// One field of a document that breaks a rule, in the wording of `k8s.io/apimachinery`'s `field.Error`.
struct FieldFault: Sendable, Hashable, CustomStringConvertible {
    /// What is wrong with the field.
    enum Kind: String, Sendable {
        case required = "FieldValueRequired"
        case invalid = "FieldValueInvalid"
        case forbidden = "FieldValueForbidden"
        case notSupported = "FieldValueNotSupported"
    }

    let kind: Kind
    /// The path of the field: `metadata.name`, `spec.containers[0].image`.
    let field: String
    /// The message after the field, including the value.
    let detail: String

    static func required(_ field: String, _ why: String) -> FieldFault {
        FieldFault(kind: .required, field: field, detail: "Required value: \(why)")
    }

    static func invalid(_ field: String, _ value: String, _ why: String) -> FieldFault {
        FieldFault(kind: .invalid, field: field, detail: "Invalid value: \(value): \(why)")
    }

    static func forbidden(_ field: String, _ why: String) -> FieldFault {
        FieldFault(kind: .forbidden, field: field, detail: "Forbidden: \(why)")
    }

    static func notSupported(_ field: String, _ value: String, supported: [String]) -> FieldFault {
        let list = supported.map { "\"\($0)\"" }.joined(separator: ", ")
        return FieldFault(
            kind: .notSupported,
            field: field,
            detail: "Unsupported value: \"\(value)\": supported values: \(list)"
        )
    }

    var description: String { "\(self.field): \(self.detail)" }

    /// The fault as an entry of `Status.details.causes`.
    var cause: JSONValue {
        .object(["reason": .string(self.kind.rawValue), "message": .string(self.detail), "field": .string(self.field)])
    }
}
