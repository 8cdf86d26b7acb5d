extension MaaSConfiguration {
    /// The S3 bucket for input pictures and videos.
    package struct ObjectStore: Sendable, Hashable {
        /// The endpoint for services and pods.
        package var endpoint = ""
        /// The endpoint for browsers, if it is different. Users' presigned URLs are signed for this host.
        package var publicEndpoint: String?
        package var region = "us-east-1"
        package var bucket = "maas"
        package var accessKey = ""
        package var secretKey = ""
        /// The lifetime of presigned URLs for users.
        package var linkLifetime = Duration.hours(1)
        /// The lifetime of presigned URLs for jobs: longer than any job runs. S3 allows up to seven days.
        package var jobLinkLifetime = Duration.hours(24)

        package init() {}
    }
}

extension MaaSConfiguration.ObjectStore: ConfigurationSection {
    mutating func read(from reader: ConfigurationReader) {
        reader.require("endpoint", into: &self.endpoint, as: .url("http", "https"))
        reader.read("public_endpoint", into: &self.publicEndpoint, as: .url("http", "https"))
        reader.read("region", into: &self.region, as: .text)
        reader.read("bucket", into: &self.bucket, as: .bucket)
        reader.require("access_key", into: &self.accessKey, as: .secret())
        reader.require("secret_key", into: &self.secretKey, as: .secret())
        reader.read("link_lifetime", into: &self.linkLifetime, as: .duration(.seconds(10) ... .hours(7 * 24)))
        reader.read("job_link_lifetime", into: &self.jobLinkLifetime, as: .duration(.minutes(1) ... .hours(7 * 24)))
    }
}
