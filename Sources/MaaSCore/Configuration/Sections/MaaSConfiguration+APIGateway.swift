extension MaaSConfiguration {
    /// The service with the public API.
    package struct APIGateway: Sendable, Hashable {
        package var listen = ListenAddress(host: "127.0.0.1", port: 8080)
        /// The address of `/healthz`, `/readyz` and `/metrics`.
        package var operationsListen = ListenAddress(host: "127.0.0.1", port: 8084)
        /// The page's files; nil for no page, which only tests have.
        package var webDirectory: String? = "web"
        /// An API key that the page gets. Only for a personal machine: anybody who opens the page there as `localhost`
        /// or by a loopback address gets the key.
        package var pageAPIKey: String?
        /// Origins such as `https://studio.example.com` whose pages may use the API.
        package var allowedOrigins = AllowedOrigins.none
        /// The largest JSON body.
        package var bodyLimit = ByteCount.mebibytes(1)
        /// The largest input picture.
        package var imageLimit = ByteCount.mebibytes(20)
        /// The largest picture inline in JSON, as a data URL.
        package var inlineImageLimit = ByteCount.mebibytes(8)
        /// The most bytes of all bodies in memory at once.
        package var bodyBudget = ByteCount.mebibytes(64)
        /// The most bytes of all pictures on disk at once.
        package var fileBudget = ByteCount.gibibytes(1)
        /// How long fetching a picture may take.
        package var imageFetchTimeout = Duration.seconds(20)
        /// How long an upload is kept and can be used.
        package var uploadLifetime = Duration.seconds(3600)
        /// Whether videos and pictures are streamed through the gateway unless the client asks otherwise; if not,
        /// clients are redirected to the object store.
        package var streamsContent = false
        /// Requests per user and minute; 0 for no limit.
        package var userRequests = 6_000
        /// Requests per key and minute; 0 for no limit.
        package var keyRequests = 3_000
        /// The most waiting tasks of a user without a limit of their own.
        package var waitingLimit = 1_000
        /// The most waiting tasks of all users, approximately.
        package var queueLimit = 100_000
        /// Whether several processes listen on the same address, each with its own loop.
        package var sharesPort = false
        package var connectionLimit = 10_000
        /// The longest that `Prefer: wait` may delay a response.
        package var preferWaitLimit = Duration.seconds(60)
        /// The time limit for a request's headers, and for the next byte of its body or of its answer.
        package var requestTimeout = Duration.seconds(30)

        package init() {}
    }
}

extension MaaSConfiguration.APIGateway: ConfigurationSection {
    mutating func read(from reader: ConfigurationReader) {
        reader.read("listen", into: &self.listen, as: .listenAddress)
        reader.read("operations_listen", into: &self.operationsListen, as: .listenAddress)
        reader.checkOperations(self.operationsListen, beside: self.listen)
        reader.read("web_directory", into: &self.webDirectory, as: reader.path)
        reader.read("page_api_key", into: &self.pageAPIKey, as: .secret(minimum: 16))
        reader.read("allowed_origins", into: &self.allowedOrigins, as: .origins)
        reader.read("body_limit", into: &self.bodyLimit, as: .bytes(.kibibytes(1) ... .mebibytes(64)))
        reader.read("image_limit", into: &self.imageLimit, as: .bytes(.kibibytes(1) ... .gibibytes(1)))
        reader.read("inline_image_limit", into: &self.inlineImageLimit, as: .bytes(.kibibytes(1) ... .mebibytes(64)))
        var budget: ByteCount?
        reader.read("body_budget", into: &budget, as: .bytes(.mebibytes(1) ... .gibibytes(64)))
        let largest = self.bodyLimit.bytes + (self.inlineImageLimit.bytes + 2) / 3 * 4
        self.bodyBudget = budget ?? max(self.bodyBudget, ByteCount(largest))
        if self.bodyBudget.bytes < largest {
            reader.fault("body_budget", "must be \(largest)B or more: one body of body_limit and inline_image_limit")
        }
        var fileBudget: ByteCount?
        reader.read("file_budget", into: &fileBudget, as: .bytes(.mebibytes(1) ... .gibibytes(1024)))
        self.fileBudget = fileBudget ?? max(self.fileBudget, self.imageLimit)
        if self.fileBudget < self.imageLimit {
            reader.fault("file_budget", "must be \(self.imageLimit) or more: one picture of image_limit")
        }
        reader.read("image_fetch_timeout", into: &self.imageFetchTimeout, as: .duration(.seconds(1) ... .minutes(5)))
        reader.read("upload_lifetime", into: &self.uploadLifetime, as: .duration(.minutes(1) ... .seconds(7 * 86_400)))
        reader.read("stream_content", into: &self.streamsContent, as: .flag)
        reader.read("user_requests", into: &self.userRequests, as: .integer(0...100_000_000))
        reader.read("key_requests", into: &self.keyRequests, as: .integer(0...100_000_000))
        reader.read("waiting_limit", into: &self.waitingLimit, as: .integer(1...1_000_000))
        reader.read("queue_limit", into: &self.queueLimit, as: .integer(1...100_000_000))
        reader.read("share_port", into: &self.sharesPort, as: .flag)
        reader.read("connection_limit", into: &self.connectionLimit, as: .integer(1...1_000_000))
        reader.read("prefer_wait_limit", into: &self.preferWaitLimit, as: .duration(.zero ... .minutes(10)))
        reader.read("request_timeout", into: &self.requestTimeout, as: .duration(.seconds(1) ... .minutes(10)))
    }
}
