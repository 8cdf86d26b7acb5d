package import MaaSCore

/// A query parameter. A nil payload is NULL of that type.
///
/// Parameters are sent in PostgreSQL's binary format, with their length and separate from the SQL: no value, and no
/// element of an array, can become syntax.
package enum PostgresValue: Sendable, Hashable {
    case bool(Bool?)
    case int(Int?)
    case double(Double?)
    case text(String?)
    case json(JSONValue?)
    case timestamp(Timestamp?)
    case bytes([UInt8]?)

    case intArray([Int?])
    case doubleArray([Double?])
    case textArray([String?])
    case jsonArray([JSONValue?])
    case timestampArray([Timestamp?])

    /// The type announced to the server.
    var type: PostgresType {
        switch self {
        case .bool: .bool
        case .int: .int8
        case .double: .float8
        case .text: .text
        case .json: .jsonb
        case .timestamp: .timestamptz
        case .bytes: .bytes
        case .intArray: .int8Array
        case .doubleArray: .float8Array
        case .textArray: .textArray
        case .jsonArray: .jsonbArray
        case .timestampArray: .timestamptzArray
        }
    }
}
