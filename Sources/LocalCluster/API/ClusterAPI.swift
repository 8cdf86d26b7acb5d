internal import MaaSControl
internal import MaaSCore

/// The Kubernetes API over HTTP: resolves a request's path, queries the cluster, and answers as Kubernetes does.
@LoopActor
final class ClusterAPI {
    let cluster: Cluster
    private let access: AccessRules
    private let audit: AuditLog?
    /// The largest request body; `k8s.io/apiserver`, `MaxRequestBodyBytes`.
    static let bodyLimit = 3 << 20

    init(cluster: Cluster, access: AccessRules, audit: AuditLog? = nil) {
        self.cluster = cluster
        self.access = access
        self.audit = audit
    }

    /// A router that passes every path to this API.
    func makeRouter() -> Router {
        let router = Router()
        router.fallback = { [self] in try await self.respond(to: $0) }
        router.errorResponse = { error, _ in Self.response(for: error) }
        return router
    }

    private func respond(to request: WebRequest) async throws -> WebResponse {
        try self.access.check(host: request.headers["host"], authorization: request.headers["authorization"])
        let query = Dictionary(request.query.items.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        let path =
            request.path.count > 1 && request.path.hasSuffix("/") ? String(request.path.dropLast()) : request.path
        if let answer = try await self.respondToOtherPath(to: request, path: path) { return answer }
        guard let resource = ResourcePath(path) else {
            throw APIStatus(.notFound, "the server could not find the requested resource")
        }
        let isWatch = ListQuery.flag("watch", in: query)
        guard let verb = APIVerb(request.method, hasName: resource.name != nil, isWatch: isWatch) else {
            return try await self.serve(resource, request, query)
        }
        self.audit?.note(verb, resource, request)
        guard let fault = self.cluster.faults.takeFault(on: verb, resource.kind.plural) else {
            return try await self.serve(resource, request, query)
        }
        return try await self.misbehave(fault, resource, request, query)
    }

    private func misbehave(
        _ fault: RequestFault,
        _ resource: ResourcePath,
        _ request: WebRequest,
        _ query: [String: String]
    ) async throws -> WebResponse {
        if let refusal = fault.refusal(of: resource.kind, name: resource.name ?? "") { throw refusal }
        switch fault.effect {
        case .notServed: return .text("404 page not found\n", status: 404)
        case .answerLost:
            _ = try? await self.serve(resource, request, query)
            return Self.brokenAnswer
        case .delayed:
            try await LoopClock().sleep(for: .seconds(fault.seconds))
            return try await self.serve(resource, request, query)
        case .answerDelayed:
            let answer = try await self.serve(resource, request, query)
            try await LoopClock().sleep(for: .seconds(fault.seconds))
            return answer
        default: return Self.brokenAnswer
        }
    }

    /// An answer that breaks off before its head, so that the client never learns the outcome of its request.
    private static let brokenAnswer = WebResponse.stream(type: "application/json") { _ in throw BrokenConnection() }

    private struct BrokenConnection: Error {}

    private func serve(
        _ resource: ResourcePath,
        _ request: WebRequest,
        _ query: [String: String]
    ) async throws -> WebResponse {
        switch request.method {
        case .get, .head:
            if resource.subresource == "log" { return try self.log(resource, query: query) }
            return try self.read(resource, query: query, form: ObjectForm(accept: request.headers["accept"]))
        case .post where resource.name == nil:
            return try self.create(resource, try await self.body(of: request), query: query)
        case .put where resource.name != nil:
            return try self.update(resource, try await self.body(of: request), query: query)
        case .patch where resource.name != nil:
            return try self.patch(
                resource,
                try await self.body(of: request),
                type: request.contentType ?? "",
                query: query
            )
        case .delete:
            let bytes = try await request.body(limit: Self.bodyLimit)
            let document = bytes.isEmpty ? .object([:]) : try Self.parse(bytes, type: request.contentType)
            return try self.delete(resource, document, query: query)
        default:
            throw APIStatus(.methodNotAllowed, "the server does not allow this method on the requested resource")
        }
    }

    private func respondToOtherPath(to request: WebRequest, path: String) async throws -> WebResponse? {
        switch (request.method, path) {
        case (.get, "/healthz"), (.get, "/livez"), (.get, "/readyz"): return .text("ok")
        case (.get, "/openapi/v2"):
            let type = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"
            return WebResponse(status: 200, headers: ["Content-Type": type], body: .bytes(Discovery.openAPIv2))
        case (.get, "/debug/faults"): return .json(self.cluster.faults.document)
        case (.put, "/debug/faults"):
            self.cluster.faults = try FaultPlan(try await self.body(of: request))
            return .json(self.cluster.faults.document)
        case (.post, "/debug/faults/cut-watches"):
            self.cluster.cutWatches()
            return .json(self.cluster.faults.document)
        case (.post, "/debug/faults/expire-history"):
            self.cluster.compact()
            return .json(self.cluster.faults.document)
        case (.get, _): return Discovery.document(for: path).map { .json($0) }
        default: return nil
        }
    }

    private func body(of request: WebRequest) async throws -> JSONValue {
        try Self.parse(try await request.body(limit: Self.bodyLimit), type: request.contentType)
    }

    /// Parses a document. Requires a media type that a web page cannot send without the server's consent.
    private static func parse(_ bytes: [UInt8], type: String?) throws(APIStatus) -> JSONValue {
        let type = type ?? ""
        guard
            type == "application/json" || type == "application/yaml" || type.hasSuffix("+json")
                || type.hasSuffix("+yaml")
        else {
            throw APIStatus(
                .unsupportedMediaType,
                "the body of the request was in an unknown format - accepted media types include: "
                    + "application/json, application/yaml"
            )
        }
        do {
            if type.hasSuffix("yaml") { return try JSONValue(yaml: YAMLParser.document(in: bytes)) }
            return try JSONValue(parsing: bytes)
        } catch {
            throw APIStatus(.badRequest, "the object provided is unrecognized: \(error)")
        }
    }

    private static func response(for error: any Error) -> WebResponse {
        switch error {
        case let status as APIStatus:
            var response = WebResponse.json(status.document, status: status.code)
            if let seconds = status.retryAfter { response.headers["Retry-After"] = "\(seconds)" }
            return response
        case let error as WebError:
            let reason: APIStatus.Reason = error.status == 413 ? .requestEntityTooLarge : .badRequest
            let status = APIStatus(reason, error.message)
            return .json(status.document, status: status.code)
        default:
            let status = APIStatus(.internalError, "Internal error occurred")
            return .json(status.document, status: status.code)
        }
    }
}
