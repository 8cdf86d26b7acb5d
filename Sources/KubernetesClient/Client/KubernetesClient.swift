package import MaaSCore

/// A client of the Kubernetes API.
@LoopActor
package final class KubernetesClient {
    /// Identifies the origin of changes in the server's records (`fieldManager`).
    private static let fieldManager = "maas"
    private static let pageSize = 500
    /// Watches occupy connections for minutes; bursts of requests share the rest.
    package nonisolated static let connections = 64
    /// How often a paged list may be restarted because its continue token has expired.
    private static let listTries = 3

    private let access: KubernetesAccess
    private let tokens: TokenSource
    private let client: HTTPClient
    private let timeouts: HTTPTimeouts
    private let requests: RequestCounter

    /// - Parameters:
    ///   - userAgent: identifies the client in the server's audit log.
    ///   - requests: counts requests, with the labels of ``RequestCounter``.
    package init(
        access: KubernetesAccess,
        requestTimeout: Duration = .seconds(30),
        userAgent: String = "maas",
        requests: Counter? = nil
    ) {
        self.access = access
        self.requests = RequestCounter(requests)
        self.tokens = TokenSource(access.credentials)
        self.client = HTTPClient(
            configuration: HTTPClientConfiguration(
                tls: access.tls,
                userAgent: userAgent,
                idleConnections: Self.connections,
                connectionsPerHost: Self.connections
            )
        )
        self.timeouts = HTTPTimeouts(total: requestTimeout)
    }

    /// Creates `object`. With `dryRun` the server validates it, including admission, but does not store it.
    package func create<Resource: KubernetesResource>(
        _ object: JSONValue,
        as type: Resource.Type = Resource.self,
        in namespace: String?,
        dryRun: Bool = false
    ) async throws(KubernetesError) -> Resource {
        var query = [("fieldManager", Self.fieldManager), ("fieldValidation", "Strict")]
        if dryRun { query.append(("dryRun", "All")) }
        let body = object.encoded()
        return Resource(try await self.send(.create, type.kind, in: namespace, query: query, body: body))
    }

    /// Has the server validate `object` as if it were created.
    package func dryRun<Resource: KubernetesResource>(
        _ object: JSONValue,
        as type: Resource.Type,
        in namespace: String?
    ) async throws(KubernetesError) {
        _ = try await self.create(object, as: type, in: namespace, dryRun: true)
    }

    /// The object `name`; nil when there is none.
    package func get<Resource: KubernetesResource>(
        _ type: Resource.Type = Resource.self,
        _ name: String,
        in namespace: String?
    ) async throws(KubernetesError) -> Resource? {
        do throws(KubernetesError) {
            return Resource(try await self.send(.get, type.kind, name, in: namespace))
        } catch  where error.isObjectMissing {
            return nil
        } catch {
            throw error
        }
    }

    /// All objects of a kind whose labels match `selector`, page by page; the latest state, not a cached one.
    package func list<Resource: KubernetesResource>(
        _ type: Resource.Type = Resource.self,
        in namespace: String?,
        selector: String? = nil
    ) async throws(KubernetesError) -> ResourceList<Resource> {
        var tries = 1
        while true {
            do throws(KubernetesError) {
                return try await self.listOnce(type, in: namespace, selector: selector)
            } catch  where error.code == .expired && tries < Self.listTries {
                tries += 1
            } catch {
                throw error
            }
        }
    }

    /// Requests the deletion of the object `name`; false when there is none.
    ///
    /// With a uid, only the object with it is deleted; another of the same name gives `conflict`.
    @discardableResult
    package func delete<Resource: KubernetesResource>(
        _ type: Resource.Type,
        _ name: String,
        in namespace: String?,
        uid: String? = nil,
        propagation: DeletionPropagation = .foreground
    ) async throws(KubernetesError) -> Bool {
        var options: JSONValue = [
            "apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": .string(propagation.rawValue),
        ]
        if let uid { options["preconditions"] = ["uid": .string(uid)] }
        do throws(KubernetesError) {
            _ = try await self.send(.delete, type.kind, name, in: namespace, body: options.encoded())
            return true
        } catch  where error.isObjectMissing {
            return false
        } catch {
            throw error
        }
    }

    /// Watches changes after `resourceVersion` until the server ends the watch or it fails.
    ///
    /// - Parameter onAccepted: called once the server has accepted the watch; there may be nothing to tell for long.
    func watch<Resource: KubernetesResource>(
        _ type: Resource.Type,
        in namespace: String?,
        selector: String?,
        from resourceVersion: String,
        timeouts: WatchTimeouts,
        onAccepted: @escaping @LoopActor () -> Void,
        onEvent: @escaping @LoopActor (WatchEvent) throws(KubernetesError) -> Void
    ) async throws(KubernetesError) {
        let length = Int.random(in: timeouts.length)
        var query = [
            ("watch", "1"), ("allowWatchBookmarks", "true"), ("resourceVersion", resourceVersion),
            ("timeoutSeconds", String(length)),
        ]
        if let selector { query.append(("labelSelector", selector)) }
        let request = try await self.request(
            RequestVerb.watch.method,
            self.path(type.kind, namespace),
            query: query,
            timeouts: HTTPTimeouts(total: .seconds(length) + timeouts.grace, stall: timeouts.silence)
        )
        var lines = LineBuffer()
        // The transfer can only be aborted with an error of its own type; ours is kept aside.
        var failure: KubernetesError?
        let response: HTTPResponse
        do throws(HTTPClientError) {
            response = try await self.client.stream(request, onHead: { _ in onAccepted() }) {
                bytes throws(HTTPClientError) in
                do throws(KubernetesError) {
                    for line in try lines.append(bytes) { try onEvent(try WatchEvent(parsing: line)) }
                } catch {
                    failure = error
                    throw HTTPClientError(.invalidResponse, error.message)
                }
            }
        } catch {
            let reason = failure ?? KubernetesError(error)
            self.requests.count(.watch, type.kind, reason)
            throw reason
        }
        self.requests.count(.watch, type.kind, response)
        if response.status == 401 { _ = self.tokens.renewAfterRefusal(of: request.headers["Authorization"]) }
        try self.check(response)
    }

    /// Fails all requests in flight, and closes every connection.
    package func close() {
        self.client.close()
    }

    // MARK: Requests

    private func listOnce<Resource: KubernetesResource>(
        _ type: Resource.Type,
        in namespace: String?,
        selector: String?
    ) async throws(KubernetesError) -> ResourceList<Resource> {
        var items: [Resource] = []
        var token: String?
        while true {
            var query = [("limit", String(Self.pageSize))]
            if let selector { query.append(("labelSelector", selector)) }
            if let token { query.append(("continue", token)) }
            let page = try await self.send(.list, type.kind, in: namespace, query: query)
            guard let metadata = page["metadata"], let elements = page["items"]?.array else {
                throw KubernetesError(.configuration, "the response must be a list with metadata and items")
            }
            items += elements.map { Resource($0) }
            token = metadata["continue"]?.string
            if token?.isEmpty ?? true {
                return ResourceList(items: items, resourceVersion: metadata["resourceVersion"]?.string ?? "")
            }
        }
    }

    private func path(_ kind: ResourceKind, _ namespace: String?, _ name: String? = nil) -> String {
        var path = kind.root
        if kind.isNamespaced, let namespace { path += "/namespaces/\(PercentEncoding.encode(namespace))" }
        path += "/\(kind.plural)"
        if let name { path += "/\(PercentEncoding.encode(name))" }
        return path
    }

    private func request(
        _ method: HTTPMethod,
        _ path: String,
        query: [(name: String, value: String)] = [],
        body: [UInt8] = [],
        timeouts: HTTPTimeouts
    ) async throws(KubernetesError) -> HTTPRequest {
        var headers: HTTPHeaders = ["Accept": "application/json"]
        if !body.isEmpty { headers["Content-Type"] = "application/json" }
        headers["Authorization"] = try await self.tokens.authorization()
        let url = self.access.server + path + (query.isEmpty ? "" : "?" + PercentEncoding.encode(query: query))
        var request = HTTPRequest(method, url, headers: headers, body: body, timeouts: timeouts)
        request.acceptsCompression = true
        return request
    }

    private func send(
        _ verb: RequestVerb,
        _ kind: ResourceKind,
        _ name: String? = nil,
        in namespace: String?,
        query: [(name: String, value: String)] = [],
        body: [UInt8] = []
    ) async throws(KubernetesError) -> JSONValue {
        let path = self.path(kind, namespace, name)
        var answer = try await self.sendOnce(verb, kind, path, query: query, body: body)
        // The token may just have been replaced: retry once with a fresh one.
        if answer.mayRetry { answer = try await self.sendOnce(verb, kind, path, query: query, body: body) }
        let response = answer.response
        try self.check(response)
        do {
            return try JSONValue(parsing: response.body)
        } catch {
            throw KubernetesError(.configuration, "the response is not valid JSON", status: response.status)
        }
    }

    /// Returns the response, and whether its request was refused a token that can be replaced.
    private func sendOnce(
        _ verb: RequestVerb,
        _ kind: ResourceKind,
        _ path: String,
        query: [(name: String, value: String)],
        body: [UInt8]
    ) async throws(KubernetesError) -> (response: HTTPResponse, mayRetry: Bool) {
        let request = try await self.request(verb.method, path, query: query, body: body, timeouts: self.timeouts)
        do throws(HTTPClientError) {
            let response = try await self.client.send(request, maximumBody: 64 << 20)
            self.requests.count(verb, kind, response)
            let isRefused = response.status == 401
            return (response, isRefused && self.tokens.renewAfterRefusal(of: request.headers["Authorization"]))
        } catch {
            let failure = KubernetesError(error)
            self.requests.count(verb, kind, failure)
            throw failure
        }
    }

    private func check(_ response: HTTPResponse) throws(KubernetesError) {
        if !response.isSuccess { throw KubernetesError(response) }
    }
}
