internal import Glibc

/// What tests depend on.
package enum TestEnvironment {
    /// The servers for integration tests; `scripts/backing-services up` writes these variables.
    package static let databaseURL = Self.variable("DATABASE_URL")
    package static let redisURL = Self.variable("REDIS_URL")
    /// `scripts/check` sets this variable.
    package static let isUnderThreadSanitizer = Self.variable("TSAN_OPTIONS") != nil

    private static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }
}
