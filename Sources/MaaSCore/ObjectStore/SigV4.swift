/// AWS Signature Version 4 for S3, where the path is signed unnormalized.
///
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
package struct SigV4: Sendable {
    /// A key pair.
    package struct Credentials: Sendable, Hashable {
        package let accessKey: String
        package let secretKey: String

        package init(accessKey: String, secretKey: String) {
            self.accessKey = accessKey
            self.secretKey = secretKey
        }
    }

    /// The payload hash of a body that is not known in advance.
    package static let unsignedPayload = "UNSIGNED-PAYLOAD"

    private static let algorithm = "AWS4-HMAC-SHA256"

    private let credentials: Credentials
    private let region: String
    private let service: String

    package init(credentials: Credentials, region: String, service: String = "s3") {
        self.credentials = credentials
        self.region = region
        self.service = service
    }

    /// The headers of `request`, with `X-Amz-Date` and an `Authorization` that signs them all.
    package func signedHeaders(of request: CanonicalRequest, at time: Timestamp) -> HTTPHeaders {
        let scope = Scope(self, at: time)
        var request = request
        request.headers["X-Amz-Date"] = scope.time
        var headers = request.headers
        headers["Authorization"] = """
            \(Self.algorithm) Credential=\(self.credentials.accessKey)/\(scope.text), \
            SignedHeaders=\(request.signedHeaders), Signature=\(self.signature(of: request, in: scope))
            """
        return headers
    }

    /// The query of `request` with a signature valid for `lifetime` from `time` on.
    ///
    /// Anybody with the URL can use it, but must send all signed headers, so `Host` alone is best.
    package func presignedQuery(of request: CanonicalRequest, lifetime: Duration, at time: Timestamp) -> String {
        let scope = Scope(self, at: time)
        var request = request
        request.query += [
            ("X-Amz-Algorithm", Self.algorithm),
            ("X-Amz-Credential", "\(self.credentials.accessKey)/\(scope.text)"),
            ("X-Amz-Date", scope.time),
            ("X-Amz-Expires", String(lifetime.components.seconds)),
            ("X-Amz-SignedHeaders", request.signedHeaders),
        ]
        return "\(request.canonicalQuery)&X-Amz-Signature=\(self.signature(of: request, in: scope))"
    }

    private func signature(of request: CanonicalRequest, in scope: Scope) -> String {
        let digest = Hexadecimal.encode(SHA256.digest(of: request.text))
        let text = [Self.algorithm, scope.time, scope.text, digest].joined(separator: "\n")
        let key = [scope.day, self.region, self.service, "aws4_request"].reduce(
            Array("AWS4\(self.credentials.secretKey)".utf8)
        ) { HMACSHA256.code(for: $1, key: $0) }
        return Hexadecimal.encode(HMACSHA256.code(for: text, key: key))
    }

    /// The scope of a signature: its date and service.
    private struct Scope {
        /// `20130524T000000Z`
        let time: String
        /// `20130524`
        let day: String
        /// `20130524/us-east-1/s3/aws4_request`
        let text: String

        init(_ signer: SigV4, at time: Timestamp) {
            // RFC 3339 without its punctuation and fraction.
            self.time = time.description.prefix(19).filter { $0 != "-" && $0 != ":" } + "Z"
            self.day = String(self.time.prefix(8))
            self.text = "\(self.day)/\(signer.region)/\(signer.service)/aws4_request"
        }
    }
}
