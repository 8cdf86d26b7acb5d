internal import MaaSCore
internal import Testing

/// Vectors: AWS's test suite for Signature Version 4, and the examples of the S3 documentation
/// (https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html, …/sigv4-query-string-auth.html).
struct SigV4Tests {
    struct Vector: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let request: CanonicalRequest
        let signature: String

        init(_ name: String, _ request: CanonicalRequest, _ signature: String) {
            self.testDescription = name
            self.request = request
            self.signature = signature
        }
    }

    static let suite: [Vector] = {
        let host: HTTPHeaders = ["Host": "example.amazonaws.com"]
        func get(_ path: String, _ query: [(name: String, value: String)] = [], _ headers: HTTPHeaders = [:])
            -> CanonicalRequest
        {
            CanonicalRequest(.get, path: path, query: query, headers: HTTPHeaders(Array(host) + Array(headers)))
        }
        return [
            Vector("get-vanilla", get("/"), "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
            Vector(
                "get-vanilla-query-order-key-case",
                get("/", [("Param2", "value2"), ("Param1", "value1")]),
                "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"
            ),
            Vector(
                "get-vanilla-empty-query-key",
                get("/", [("Param1", "value1")]),
                "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"
            ),
            Vector(
                "get-utf8",
                get("/%E1%88%B4"),
                "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"
            ),
            Vector(
                "get-unreserved",
                get("/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
                "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"
            ),
            Vector(
                "get-header-value-trim",
                get("/", [], ["My-Header1": " value1", "My-Header2": " \"a   b   c\""]),
                "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"
            ),
            Vector(
                "post-vanilla",
                CanonicalRequest(.post, path: "/", headers: host),
                "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"
            ),
            Vector(
                "post-x-www-form-urlencoded",
                CanonicalRequest(
                    .post,
                    path: "/",
                    headers: ["Content-Type": "application/x-www-form-urlencoded", "Host": "example.amazonaws.com"],
                    payloadHash: Hexadecimal.encode(SHA256.digest(of: "Param1=value1"))
                ),
                "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"
            ),
        ]
    }()

    @Test(arguments: Self.suite)
    func testSuite(vector: Vector) throws {
        let signer = SigV4(
            credentials: .init(accessKey: "AKIDEXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
            region: "us-east-1",
            service: "service"
        )
        let time = try #require(Timestamp("2015-08-30T12:36:00Z"))
        let headers = signer.signedHeaders(of: vector.request, at: time)
        #expect(headers["X-Amz-Date"] == "20150830T123600Z")
        #expect(headers["Authorization"]?.hasSuffix("Signature=\(vector.signature)") == true)
    }

    static let emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    static let s3 = SigV4(
        credentials: .init(accessKey: "AKIAIOSFODNN7EXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        region: "us-east-1"
    )
    static let bucketHost = "examplebucket.s3.amazonaws.com"
    static let examples: [Vector] = [
        Vector(
            "GET Object",
            CanonicalRequest(
                .get,
                path: "/test.txt",
                headers: ["Host": bucketHost, "Range": "bytes=0-9", "x-amz-content-sha256": emptyHash]
            ),
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
        ),
        Vector(
            "PUT Object",
            CanonicalRequest(
                .put,
                path: "/test%24file.text",
                headers: [
                    "Host": bucketHost, "Date": "Fri, 24 May 2013 00:00:00 GMT",
                    "x-amz-storage-class": "REDUCED_REDUNDANCY",
                    "x-amz-content-sha256": Hexadecimal.encode(SHA256.digest(of: "Welcome to Amazon S3.")),
                ],
                payloadHash: Hexadecimal.encode(SHA256.digest(of: "Welcome to Amazon S3."))
            ),
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
        ),
        Vector(
            "GET Bucket Lifecycle",
            CanonicalRequest(
                .get,
                path: "/",
                query: [("lifecycle", "")],
                headers: ["Host": bucketHost, "x-amz-content-sha256": emptyHash]
            ),
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"
        ),
        Vector(
            "List Objects",
            CanonicalRequest(
                .get,
                path: "/",
                query: [("max-keys", "2"), ("prefix", "J")],
                headers: ["Host": bucketHost, "x-amz-content-sha256": emptyHash]
            ),
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
        ),
    ]

    @Test(arguments: Self.examples)
    func documentation(vector: Vector) throws {
        let time = try #require(Timestamp("2013-05-24T00:00:00Z"))
        let headers = Self.s3.signedHeaders(of: vector.request, at: time)
        #expect(headers["Authorization"]?.hasSuffix("Signature=\(vector.signature)") == true)
    }

    @Test func presignedDocumentation() throws {
        let time = try #require(Timestamp("2013-05-24T00:00:00Z"))
        let query = Self.s3.presignedQuery(
            of: CanonicalRequest(
                .get,
                path: "/test.txt",
                headers: ["Host": Self.bucketHost],
                payloadHash: SigV4.unsignedPayload
            ),
            lifetime: .seconds(86400),
            at: time
        )
        #expect(
            query == """
                X-Amz-Algorithm=AWS4-HMAC-SHA256\
                &X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request\
                &X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host\
                &X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404
                """
        )
    }
}
