package import MaaSCore

/// The other origins whose pages may use this service (Fetch standard §3.2, "CORS").
///
/// Origins are listed one by one; `*` is never sent. Cookies are not used: a page sends its key in a header.
package struct CrossOriginPolicy: Sendable, Hashable {
    private let origins: AllowedOrigins

    /// Request headers allowed beyond the safelisted ones. From `OpenAI-Organization` on they are those that OpenAI's
    /// client adds by itself: if one is missing here, browsers block its requests.
    private static let requestHeaders =
        "Authorization, Content-Type, Idempotency-Key, Last-Event-ID, Prefer, Range, X-DashScope-Async, X-Request-ID, "
        + "OpenAI-Organization, OpenAI-Project, User-Agent, X-Stainless-Arch, X-Stainless-Custom-Poll-Interval, "
        + "X-Stainless-Lang, X-Stainless-OS, X-Stainless-Package-Version, X-Stainless-Poll-Helper, "
        + "X-Stainless-Retry-Count, X-Stainless-Runtime, X-Stainless-Runtime-Version, X-Stainless-Timeout"
    /// Response headers that pages may read.
    private static let responseHeaders =
        "Content-Range, Idempotent-Replayed, Location, OpenAI-Poll-After-Ms, Preference-Applied, RateLimit, "
        + "RateLimit-Policy, Retry-After, WWW-Authenticate, X-Request-ID, X-Should-Retry"
    /// How long a browser may cache a preflight response, in seconds.
    private static let memory = "600"

    /// Nil without any origins.
    package init?(_ origins: AllowedOrigins) {
        if origins == .none { return nil }
        self.origins = origins
    }

    /// Headers to add to the response to a request from `origin`.
    package func headers(for origin: String?) -> HTTPHeaders {
        // Caches must not serve a response made for one origin to another, or to none.
        guard let origin, self.origins.lists(origin) else { return ["Vary": "Origin"] }
        return [
            "Vary": "Origin", "Access-Control-Allow-Origin": origin,
            "Access-Control-Expose-Headers": Self.responseHeaders,
        ]
    }

    /// Headers to add to the response to a preflight request.
    ///
    /// - Parameter methods: the methods of the path.
    package func preflightHeaders(for origin: String?, methods: String) -> HTTPHeaders {
        guard let origin, self.origins.lists(origin) else { return ["Vary": "Origin"] }
        return [
            "Vary": "Origin", "Access-Control-Allow-Origin": origin, "Access-Control-Allow-Methods": methods,
            "Access-Control-Allow-Headers": Self.requestHeaders, "Access-Control-Max-Age": Self.memory,
        ]
    }
}
