internal import CJansson

/// A JSON text parsed by jansson; owns the tree.
///
/// Strict (RFC 8259): UTF-8 only, nothing after the value, no duplicate names in an object, at most 2048 levels.
final class JSONDocument {
    private let root: UnsafeMutablePointer<json_t>

    init(_ text: UnsafeRawBufferPointer) throws(JSONError) {
        var fault = json_error_t()
        var root = Self.parse(text, Self.flags, &fault)
        // An integer that exceeds 64 bits is read as a floating-point number, as JavaScript reads all numbers.
        if root == nil, json_error_code(&fault) == json_error_numeric_overflow {
            root = Self.parse(text, Self.flags | Int(JSON_DECODE_INT_AS_REAL), &fault)
        }
        guard let root else { throw JSONError(fault) }
        self.root = root
    }

    deinit { json_decref(self.root) }

    var value: JSONValue { JSONValue(self.root) }

    private static let flags = Int(JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL)

    private static func parse(
        _ text: UnsafeRawBufferPointer,
        _ flags: Int,
        _ fault: inout json_error_t
    ) -> UnsafeMutablePointer<json_t>? {
        // jansson rejects a null pointer even when there are no bytes.
        guard let start = text.baseAddress else { return json_loadb("", 0, flags, &fault) }
        return json_loadb(start.assumingMemoryBound(to: CChar.self), text.count, flags, &fault)
    }
}

extension JSONValue {
    fileprivate init(_ node: UnsafeMutablePointer<json_t>) {
        switch node.pointee.type {
        case JSON_OBJECT: self = .object(Self.members(of: node))
        case JSON_ARRAY: self = .array((0..<json_array_size(node)).map { JSONValue(json_array_get(node, $0)) })
        case JSON_STRING: self = .string(Self.text(json_string_value(node), json_string_length(node)))
        case JSON_INTEGER: self = .integer(json_integer_value(node))
        case JSON_REAL: self = Self.whole(orFraction: json_real_value(node))
        case JSON_TRUE: self = .bool(true)
        case JSON_FALSE: self = .bool(false)
        default: self = .null
        }
    }

    /// JSON has one kind of number: 4.0 is the integer 4, as long as the value is exact.
    private static func whole(orFraction value: Double) -> JSONValue {
        guard abs(value) < 0x1p53, let integer = Int64(exactly: value) else { return .number(value) }
        return .integer(integer)
    }

    private static func members(of object: UnsafeMutablePointer<json_t>) -> [String: JSONValue] {
        var members = [String: JSONValue](minimumCapacity: json_object_size(object))
        var position = json_object_iter(object)
        while let current = position {
            members[String(cString: json_object_iter_key(current))] = JSONValue(json_object_iter_value(current))
            position = json_object_iter_next(object, current)
        }
        return members
    }

    private static func text(_ start: UnsafePointer<CChar>?, _ count: Int) -> String {
        String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
    }
}

extension JSONError {
    fileprivate init(_ fault: json_error_t) {
        let message = withUnsafeBytes(of: fault.text) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        self.init(line: Int(fault.line), column: Int(fault.column), message: message)
    }
}
