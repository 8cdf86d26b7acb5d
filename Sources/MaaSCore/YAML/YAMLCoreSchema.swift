/// The meaning of scalars by YAML 1.2's core schema (yaml.org/spec/1.2.2, §10.3), as far as JSON has such values.
///
/// `yes` and `on` are strings and `0777` is decimal, unlike in YAML 1.1, where they are booleans and octal.
enum YAMLCoreSchema {
    /// The value of a scalar. Without a tag, only a plain scalar can be anything but a string.
    static func value(
        of scalar: YAMLScalar,
        tag: String?,
        at position: YAMLPosition
    ) throws(YAMLError) -> JSONValue {
        switch tag {
        case nil:
            guard scalar.style == .plain else { return .string(scalar.text) }
            return try Self.plainValue(scalar.text, at: position)
        case "!", "tag:yaml.org,2002:str":
            return .string(scalar.text)
        case "tag:yaml.org,2002:null", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:int", "tag:yaml.org,2002:float":
            let value = try Self.plainValue(scalar.text, at: position)
            guard tag == Self.tag(of: value) || (tag?.hasSuffix(":float") == true && value.isNumber) else {
                throw YAMLError(.unsupported, "\"\(scalar.text)\" does not match its tag", at: position)
            }
            return value
        case .some(let tag):
            throw YAMLError(.unsupported, "the tag \(tag) is not supported", at: position)
        }
    }

    private static func plainValue(_ text: String, at position: YAMLPosition) throws(YAMLError) -> JSONValue {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default: break
        }
        if let integer = try Self.integer(text, at: position) { return .integer(integer) }
        if let number = try Self.number(text, at: position) { return .number(number) }
        return .string(text)
    }

    private static func integer(_ text: String, at position: YAMLPosition) throws(YAMLError) -> Int64? {
        let (digits, radix): (Substring, Int) =
            if text.hasPrefix("0x") { (text.dropFirst(2), 16) } else if text.hasPrefix("0o") {
                (text.dropFirst(2), 8)
            } else {
                (text.first == "-" || text.first == "+" ? text.dropFirst() : text[...], 10)
            }
        guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && ($0.hexDigitValue ?? 16) < radix }) else { return nil }
        guard let value = Int64(radix == 10 ? text[...] : digits, radix: radix) else {
            throw YAMLError(.unsupported, "the number \(text) does not fit 64 bits", at: position)
        }
        return value
    }

    private static func number(_ text: String, at position: YAMLPosition) throws(YAMLError) -> Double? {
        let unsigned = text.first == "-" || text.first == "+" ? text.dropFirst() : text[...]
        if [".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN"].contains(unsigned) {
            throw YAMLError(.unsupported, "\(text) is not a number JSON has", at: position)
        }
        // `Double` would also accept `inf`, `nan` and hexadecimal, which the schema does not allow.
        guard unsigned.allSatisfy({ $0.isASCII && ($0.isNumber || ".eE+-".contains($0)) }),
            unsigned.prefix(while: { $0 != "e" && $0 != "E" }).contains(where: \.isNumber),
            let value = Double(text)
        else { return nil }
        guard value.isFinite else {
            throw YAMLError(.unsupported, "the number \(text) is too large", at: position)
        }
        return value
    }

    private static func tag(of value: JSONValue) -> String? {
        switch value {
        case .null: "tag:yaml.org,2002:null"
        case .bool: "tag:yaml.org,2002:bool"
        case .integer: "tag:yaml.org,2002:int"
        case .number: "tag:yaml.org,2002:float"
        case .string, .array, .object: nil
        }
    }
}

extension JSONValue {
    fileprivate var isNumber: Bool {
        switch self {
        case .integer, .number: true
        default: false
        }
    }
}
