package import MaaSCore

/// Matches requests to handlers.
///
/// Routes are tried in the order in which they were added. `HEAD` is answered by the route of `GET` without the body,
/// `OPTIONS` by the list of methods, and a path that has only routes for other methods by 405.
@LoopActor
package final class Router {
    package typealias Handler = @LoopActor (WebRequest) async throws -> WebResponse
    /// Decides on a WebSocket before the handshake. libwebsockets does not allow suspending here. An error is sent as
    /// plain HTTP, the cheapest refusal.
    package typealias WebSocketHandlerMaker = @LoopActor (WebRequest) throws -> any WebSocketHandler

    struct Route {
        let method: HTTPMethod
        let pattern: RoutePattern
        let handler: Handler
    }

    struct WebSocketRoute {
        let pattern: RoutePattern
        let subprotocols: [String]
        let makeHandler: WebSocketHandlerMaker
    }

    private(set) var routes: [Route] = []
    private(set) var webSocketRoutes: [WebSocketRoute] = []

    /// Handles requests that match no route. Without it they get 404, or 405 for a known path.
    package var fallback: Handler?

    /// Headers of every response that does not set them itself.
    package var standardHeaders = HTTPHeaders()

    /// The cross-origin policy; nil to allow no other origin.
    package var crossOrigin: CrossOriginPolicy?

    /// Turns a handler's error into a response; replace it for another error format.
    package var errorResponse: @LoopActor (any Error, WebRequest) -> WebResponse = { error, request in
        ((error as? WebError) ?? .internalError).response(requestID: request.id)
    }

    package init() {}

    package func on(_ method: HTTPMethod, _ path: String, _ handler: @escaping Handler) {
        self.routes.append(Route(method: method, pattern: RoutePattern(path), handler: handler))
    }

    package func get(_ path: String, _ handler: @escaping Handler) { self.on(.get, path, handler) }
    package func post(_ path: String, _ handler: @escaping Handler) { self.on(.post, path, handler) }
    package func put(_ path: String, _ handler: @escaping Handler) { self.on(.put, path, handler) }
    package func delete(_ path: String, _ handler: @escaping Handler) { self.on(.delete, path, handler) }

    /// Accepts WebSockets at `path`.
    ///
    /// - Parameters:
    ///   - subprotocols: those supported. The client must offer one of them, unless the list is empty. With everything
    ///     else it offers (a ticket, say) the header may have 126 bytes.
    package func webSocket(
        _ path: String,
        subprotocols: [String] = [],
        _ makeHandler: @escaping WebSocketHandlerMaker
    ) {
        let route = WebSocketRoute(pattern: RoutePattern(path), subprotocols: subprotocols, makeHandler: makeHandler)
        self.webSocketRoutes.append(route)
    }

    /// The handler for a request, its path parameters, and the pattern of its route.
    func resolve(
        _ method: HTTPMethod,
        _ path: String
    ) -> (handler: Handler, parameters: RouteParameters, route: String?) {
        let parts = RoutePattern.split(path)
        var allowed: Set<HTTPMethod> = []
        for route in self.routes {
            guard let parameters = route.pattern.match(parts) else { continue }
            if route.method == method || (method == .head && route.method == .get) {
                return (route.handler, parameters, route.pattern.text)
            }
            allowed.insert(route.method)
        }
        if let fallback = self.fallback { return (fallback, RouteParameters(), nil) }
        if allowed.isEmpty { return ({ _ in throw WebError.notFound() }, RouteParameters(), nil) }
        if allowed.contains(.get) { allowed.insert(.head) }
        let refusal = WebError.methodNotAllowed(Array(allowed))
        if method == .options {
            return ({ _ in WebResponse(status: 204, headers: refusal.headers) }, RouteParameters(), nil)
        }
        return ({ _ in throw refusal }, RouteParameters(), nil)
    }

    /// The WebSocket route for `path`.
    func webSocketRoute(_ path: String) -> (route: WebSocketRoute, parameters: RouteParameters)? {
        let parts = RoutePattern.split(path)
        for route in self.webSocketRoutes {
            if let parameters = route.pattern.match(parts) { return (route, parameters) }
        }
        return nil
    }

    /// Responds to a request, whatever its handler does.
    func respond(to request: WebRequest) async -> WebResponse {
        let (handler, parameters, route) = self.resolve(request.method, request.path)
        request.parameters = parameters
        request.route = route
        do {
            return self.complete(try await handler(request), for: request)
        } catch {
            request.failure = error
            return self.refuse(request, with: error)
        }
    }

    /// The response to a request that fails.
    func refuse(_ request: WebRequest, with error: any Error) -> WebResponse {
        self.complete(self.errorResponse(error, request), for: request)
    }

    /// Adds the headers that every response has.
    private func complete(_ response: WebResponse, for request: WebRequest) -> WebResponse {
        var response = response
        for field in request.responseHeaders { response.headers[field.name] = field.value }
        if let crossOrigin = self.crossOrigin {
            let origin = request.headers["origin"]
            let asked = request.method == .options ? response.headers["Allow"] : nil
            let added =
                asked.map { crossOrigin.preflightHeaders(for: origin, methods: $0) } ?? crossOrigin.headers(for: origin)
            for field in added { response.headers[field.name] = field.value }
        }
        for field in self.standardHeaders where response.headers[field.name] == nil {
            response.headers.add(field.name, field.value)
        }
        return response
    }
}
