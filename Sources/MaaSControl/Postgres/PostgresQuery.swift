package import MaaSCore

/// SQL and the values for its placeholders.
///
/// Written as an interpolated string, each value becomes a parameter and never a part of the SQL:
///
///     let query: PostgresQuery = "SELECT id FROM tasks WHERE user_id = \(user) LIMIT \(limit)"
///
/// The SQL text is the key under which a connection keeps the prepared statement, so it must not vary with the data.
package struct PostgresQuery: Sendable, Hashable {
    package let sql: String
    package let values: [PostgresValue]

    package init(_ sql: String, _ values: [PostgresValue] = []) {
        self.sql = sql
        self.values = values
    }
}

extension PostgresQuery: ExpressibleByStringInterpolation {
    package init(stringLiteral sql: String) { self.init(sql) }

    package init(stringInterpolation: StringInterpolation) {
        self.init(stringInterpolation.sql, stringInterpolation.values)
    }

    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var sql = ""
        fileprivate var values: [PostgresValue] = []

        package init(literalCapacity: Int, interpolationCount: Int) {
            self.sql.reserveCapacity(literalCapacity + 3 * interpolationCount)
            self.values.reserveCapacity(interpolationCount)
        }

        package mutating func appendLiteral(_ literal: String) { self.sql += literal }

        package mutating func appendInterpolation(_ value: PostgresValue) {
            self.values.append(value)
            self.sql += "$\(self.values.count)"
        }

        package mutating func appendInterpolation(_ value: Bool?) { self.appendInterpolation(.bool(value)) }
        package mutating func appendInterpolation(_ value: Int?) { self.appendInterpolation(.int(value)) }
        package mutating func appendInterpolation(_ value: Double?) { self.appendInterpolation(.double(value)) }
        package mutating func appendInterpolation(_ value: String?) { self.appendInterpolation(.text(value)) }
        package mutating func appendInterpolation(_ value: JSONValue?) { self.appendInterpolation(.json(value)) }
        package mutating func appendInterpolation(_ value: Timestamp?) { self.appendInterpolation(.timestamp(value)) }

        /// Inserts constant SQL verbatim, such as a list of columns. Never pass data.
        package mutating func appendInterpolation(sql: StaticString) { self.sql += "\(sql)" }
    }
}
