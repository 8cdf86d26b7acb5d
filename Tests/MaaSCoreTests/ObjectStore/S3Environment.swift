internal import FoundationEssentials
internal import MaaSCore

/// The S3 store of the test environment.
enum S3Environment {
    /// Its bucket and keys; `nil` when there is none.
    static let configuration: ObjectStore.Configuration? = {
        let environment = ProcessInfo.processInfo.environment
        guard let endpoint = environment["S3_ENDPOINT"], let accessKey = environment["S3_ACCESS_KEY"],
            let secretKey = environment["S3_SECRET_KEY"], let bucket = environment["S3_BUCKET"]
        else { return nil }
        var configuration = ObjectStore.Configuration()
        configuration.endpoint = endpoint
        configuration.accessKey = accessKey
        configuration.secretKey = secretKey
        configuration.bucket = bucket
        return configuration
    }()
}
