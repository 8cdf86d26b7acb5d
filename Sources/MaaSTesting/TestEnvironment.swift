internal import Glibc

/// The servers for integration tests; `scripts/backing-services up` writes these variables.
package enum TestEnvironment {
    package static let databaseURL = Self.variable("DATABASE_URL")
    package static let redisURL = Self.variable("REDIS_URL")

    private static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }
}
