package import MaaSCore

/// Which other origins' pages may use this service (Fetch standard §3.2, "CORS").
///
/// The origins are listed one by one: the word `*` is never sent. Cookies play no part: a page brings its key in a header.
package struct CrossOriginPolicy: Sendable, Hashable {
    private let origins: AllowedOrigins

    /// What pages may send beyond what browsers let them. From `OpenAI-Organization` on it is what OpenAI's client adds to
    /// its requests by itself: a browser sends none of them where one is missing here.
    private static let requestHeaders =
        "Authorization, Content-Type, Idempotency-Key, Last-Event-ID, Prefer, Range, X-DashScope-Async, X-Request-ID, "
        + "OpenAI-Organization, OpenAI-Project, User-Agent, X-Stainless-Arch, X-Stainless-Custom-Poll-Interval, "
        + "X-Stainless-Lang, X-Stainless-OS, X-Stainless-Package-Version, X-Stainless-Poll-Helper, "
        + "X-Stainless-Retry-Count, X-Stainless-Runtime, X-Stainless-Runtime-Version, X-Stainless-Timeout"
    /// What they may read.
    private static let answerHeaders =
        "Content-Range, Idempotent-Replayed, Location, OpenAI-Poll-After-Ms, Preference-Applied, RateLimit, "
        + "RateLimit-Policy, Retry-After, WWW-Authenticate, X-Request-ID, X-Should-Retry"
    /// How long a browser may remember, in seconds.
    private static let memory = "600"

    /// Nil when there are none.
    package init?(_ origins: AllowedOrigins) {
        if origins == .none { return nil }
        self.origins = origins
    }

    /// What is added to the answer to a request from `origin`.
    package func headers(for origin: String?) -> HTTPHeaders {
        // Caches must not give one origin what was answered to another one, or to none.
        guard let origin, self.origins.lists(origin) else { return ["Vary": "Origin"] }
        return [
            "Vary": "Origin", "Access-Control-Allow-Origin": origin,
            "Access-Control-Expose-Headers": Self.answerHeaders,
        ]
    }

    /// What is added to the answer to a browser that asks beforehand.
    ///
    /// - Parameter methods: those that the path has.
    package func preflightHeaders(for origin: String?, methods: String) -> HTTPHeaders {
        guard let origin, self.origins.lists(origin) else { return ["Vary": "Origin"] }
        return [
            "Vary": "Origin", "Access-Control-Allow-Origin": origin, "Access-Control-Allow-Methods": methods,
            "Access-Control-Allow-Headers": Self.requestHeaders, "Access-Control-Max-Age": Self.memory,
        ]
    }
}
