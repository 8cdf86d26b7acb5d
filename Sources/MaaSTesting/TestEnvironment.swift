internal import Glibc
package import MaaSCore

/// What tests depend on.
package enum TestEnvironment {
    /// The servers for integration tests; `scripts/backing-services up` writes these variables.
    package static let databaseURL = Self.variable("DATABASE_URL")
    package static let redisURL = Self.variable("REDIS_URL")
    /// The S3 store, with its bucket and keys.
    package static let objectStore: MaaSConfiguration.ObjectStore? = {
        guard let endpoint = Self.variable("S3_ENDPOINT"), let accessKey = Self.variable("S3_ACCESS_KEY"),
            let secretKey = Self.variable("S3_SECRET_KEY"), let bucket = Self.variable("S3_BUCKET")
        else { return nil }
        var store = MaaSConfiguration.ObjectStore()
        store.endpoint = endpoint
        store.accessKey = accessKey
        store.secretKey = secretKey
        store.bucket = bucket
        return store
    }()
    /// `scripts/check` sets this variable.
    package static let isUnderThreadSanitizer = Self.variable("TSAN_OPTIONS") != nil

    /// The path of the checkout: Sources/MaaSTesting/TestEnvironment.swift is three levels below.
    package static let repository = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

    private static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }
}
