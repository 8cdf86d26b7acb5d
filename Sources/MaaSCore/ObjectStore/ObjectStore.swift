/// One bucket of an S3 store.
@LoopActor
package final class ObjectStore {
    package typealias Configuration = MaaSConfiguration.ObjectStore

    /// Who uses a presigned URL.
    package enum Audience: Sendable {
        /// A pod or a service: signed for the internal endpoint.
        case cluster
        /// A user's browser: signed for the public endpoint, if there is one.
        case user
    }

    private let bucket: String
    private let origin: HTTPOrigin
    private let publicOrigin: HTTPOrigin
    private let signer: SigV4
    private let client: HTTPClient

    /// Throws `refused` when an endpoint is not a valid URL. The caller remains responsible for closing the client.
    package init(configuration: Configuration, client: HTTPClient) throws(ObjectStoreError) {
        self.bucket = configuration.bucket
        self.origin = try Self.origin(configuration.endpoint, of: "endpoint")
        self.publicOrigin =
            try configuration.publicEndpoint.map { text throws(ObjectStoreError) in
                try Self.origin(text, of: "public_endpoint")
            } ?? self.origin
        self.signer = SigV4(
            credentials: SigV4.Credentials(accessKey: configuration.accessKey, secretKey: configuration.secretKey),
            region: configuration.region
        )
        self.client = client
    }

    // MARK: Objects

    /// Stores `bytes` under `key`, replacing an existing object.
    package func put(_ key: String, _ bytes: [UInt8], contentType: String) async throws(ObjectStoreError) {
        let hash = Hexadecimal.encode(SHA256.digest(of: bytes))
        var request = self.request(.put, key, headers: ["Content-Type": contentType], payloadHash: hash)
        request.body = bytes
        try await self.perform { [client] () throws(HTTPClientError) in try await client.send(request) }
    }

    /// Stores the file `path` under `key`, replacing an existing object.
    package func put(
        _ key: String,
        from path: String,
        contentType: String,
        progress: @escaping @LoopActor (HTTPProgress) -> Void = { _ in }
    ) async throws(ObjectStoreError) {
        let request = self.request(
            .put,
            key,
            headers: ["Content-Type": contentType],
            payloadHash: SigV4.unsignedPayload,
            timeouts: Self.fileTimeouts
        )
        try await self.perform { [client] () throws(HTTPClientError) in
            try await client.upload(request, from: path, progress: progress)
        }
    }

    /// The content of the object `key`, at most `maximumSize` bytes.
    package func get(_ key: String, maximumSize: Int) async throws(ObjectStoreError) -> [UInt8] {
        let request = self.request(.get, key)
        return try await self.perform { [client] () throws(HTTPClientError) in
            try await client.send(request, maximumBody: maximumSize)
        }.body
    }

    /// The bytes `range` of the object `key`, which must exist. Throws `refused` when the store returns others.
    package func get(_ key: String, range: Range<Int>) async throws(ObjectStoreError) -> ObjectPart {
        let bytes = "bytes=\(range.lowerBound)-\(range.upperBound - 1)"
        let request = self.request(.get, key, headers: ["Range": bytes])
        let response = try await self.perform { [client] () throws(HTTPClientError) in
            try await client.send(request, maximumBody: range.count)
        }
        // The header decides, not the status: rclone answers 200 with a part.
        let given = response.headers["Content-Range"] ?? "bytes 0-\(response.body.count - 1)/"
        guard given.hasPrefix("bytes \(range.lowerBound)-\(range.upperBound - 1)/"), response.body.count == range.count
        else {
            throw ObjectStoreError(.refused, "the store did not give \(bytes)", status: response.status)
        }
        return ObjectPart(bytes: response.body, entityTag: response.headers["ETag"])
    }

    /// Writes the object `key` to the file `path`.
    package func get(
        _ key: String,
        to path: String,
        progress: @escaping @LoopActor (HTTPProgress) -> Void = { _ in }
    ) async throws(ObjectStoreError) {
        let request = self.request(.get, key, timeouts: Self.fileTimeouts)
        try await self.perform { [client] () throws(HTTPClientError) in
            try await client.download(request, to: path, progress: progress)
        }
    }

    /// The metadata of the object `key`; nil when it does not exist.
    package func head(_ key: String) async throws(ObjectStoreError) -> ObjectInfo? {
        let request = self.request(.head, key)
        do throws(ObjectStoreError) {
            let headers = try await self.perform { [client] () throws(HTTPClientError) in
                try await client.send(request)
            }.headers
            return ObjectInfo(
                size: headers["Content-Length"].flatMap { Int64($0) } ?? 0,
                contentType: headers["Content-Type"],
                entityTag: headers["ETag"]
            )
        } catch  where error.code == .notFound {
            return nil
        } catch {
            throw error
        }
    }

    /// Deletes the object `key`; a missing one is not an error, a missing bucket is.
    package func delete(_ key: String) async throws(ObjectStoreError) {
        let request = self.request(.delete, key)
        do throws(ObjectStoreError) {
            try await self.perform { [client] () throws(HTTPClientError) in try await client.send(request) }
        } catch  where error.code == .notFound {
        } catch {
            throw error
        }
    }

    /// Creates the bucket if it does not exist.
    package func createBucket() async throws(ObjectStoreError) {
        let request = self.request(.put, nil)
        do throws(ObjectStoreError) {
            try await self.perform { [client] () throws(HTTPClientError) in try await client.send(request) }
        } catch  where error.status == 409 {  // BucketAlreadyOwnedByYou; whoever owns it, using it will tell.
        } catch {
            throw error
        }
    }

    // MARK: Links

    /// A URL for downloading the object `key`, valid for `lifetime`. With a file name, browsers save it under that
    /// name.
    package func presignGet(
        _ key: String,
        lifetime: Duration,
        for audience: Audience = .user,
        fileName: String? = nil,
        at time: Timestamp = .now()
    ) -> String {
        let query = fileName.map { [("response-content-disposition", Self.disposition(fileName: $0))] } ?? []
        return self.link(.get, key, query: query, lifetime: lifetime, for: audience, at: time)
    }

    /// A URL for checking the existence and size of the object `key`, valid for `lifetime`.
    package func presignHead(
        _ key: String,
        lifetime: Duration,
        for audience: Audience = .cluster,
        at time: Timestamp = .now()
    ) -> String {
        self.link(.head, key, lifetime: lifetime, for: audience, at: time)
    }

    /// A URL for storing the object `key`, valid for `lifetime`. With a content type or a size in bytes, the store
    /// refuses an upload that has another.
    package func presignPut(
        _ key: String,
        lifetime: Duration,
        for audience: Audience = .cluster,
        contentType: String? = nil,
        size: Int64? = nil,
        at time: Timestamp = .now()
    ) -> String {
        var headers = HTTPHeaders()
        if let contentType { headers["Content-Type"] = contentType }
        if let size { headers["Content-Length"] = "\(size)" }
        return self.link(.put, key, headers: headers, lifetime: lifetime, for: audience, at: time)
    }

    // MARK: Requests

    /// No total limit for files, as long as data keeps moving.
    private static let fileTimeouts = HTTPTimeouts(total: nil, stall: .seconds(60))

    private static func origin(_ text: String, of field: String) throws(ObjectStoreError) -> HTTPOrigin {
        guard let origin = HTTPOrigin(text) else {
            throw ObjectStoreError(.refused, "\(field) must be an address such as https://s3.example.com")
        }
        return origin
    }

    /// RFC 6266: an ASCII name for old clients, then the full name.
    private static func disposition(fileName: String) -> String {
        let plain = String(fileName.map { $0.isASCII && !$0.isNewline && !"\"\\%".contains($0) ? $0 : "_" })
        return "attachment; filename=\"\(plain)\"; filename*=UTF-8''\(PercentEncoding.encode(fileName))"
    }

    private func path(of key: String?, at origin: HTTPOrigin) -> String {
        "\(origin.basePath)/\(PercentEncoding.encode(path: self.bucket))"
            + (key.map { "/" + PercentEncoding.encode(path: $0) } ?? "")
    }

    private func request(
        _ method: HTTPMethod,
        _ key: String?,
        headers: HTTPHeaders = [:],
        payloadHash: String = Hexadecimal.encode(SHA256.digest(of: "")),
        timeouts: HTTPTimeouts = HTTPTimeouts()
    ) -> HTTPRequest {
        let path = self.path(of: key, at: self.origin)
        var headers = headers
        headers["Host"] = self.origin.authority
        headers["X-Amz-Content-Sha256"] = payloadHash
        let canonical = CanonicalRequest(method, path: path, headers: headers, payloadHash: payloadHash)
        return HTTPRequest(
            method,
            self.origin.text + path,
            headers: self.signer.signedHeaders(of: canonical, at: .now()),
            timeouts: timeouts
        )
    }

    private func link(
        _ method: HTTPMethod,
        _ key: String,
        query: [(name: String, value: String)] = [],
        headers: HTTPHeaders = [:],
        lifetime: Duration,
        for audience: Audience,
        at time: Timestamp
    ) -> String {
        let origin = audience == .user ? self.publicOrigin : self.origin
        let path = self.path(of: key, at: origin)
        var headers = headers
        headers["Host"] = origin.authority
        let request = CanonicalRequest(
            method,
            path: path,
            query: query,
            headers: headers,
            payloadHash: SigV4.unsignedPayload
        )
        return "\(origin.text)\(path)?\(self.signer.presignedQuery(of: request, lifetime: lifetime, at: time))"
    }

    @discardableResult
    private func perform(
        _ send: @LoopActor () async throws(HTTPClientError) -> HTTPResponse
    ) async throws(ObjectStoreError) -> HTTPResponse {
        let response: HTTPResponse
        do throws(HTTPClientError) {
            response = try await send()
        } catch {
            throw ObjectStoreError(error)
        }
        guard response.isSuccess else { throw ObjectStoreError(response) }
        return response
    }
}
