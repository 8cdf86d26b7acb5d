internal import MaaSControl
internal import MaaSCore

/// The page: its files at `/`, and its settings in `/page.json`.
@LoopActor
struct PageRoutes {
    let directory: String
    /// The page's own key, for a personal machine; only given to browsers on that machine.
    let key: String?
    /// The origin of pictures and videos.
    let objectOrigin: String
    /// The origin of events.
    let relayOrigin: String

    func add(to router: Router) {
        router.get("/page.json") { request in
            let key = request.headers["host"].flatMap { LoopbackHost.matches(header: $0) ? self.key : nil }
            return .json(["api_key": JSONValue(key)])
        }
        let files = StaticFiles(directory: self.directory, headers: self.headers)
        // Limited in depth, so that an API path requested with the wrong method gets 405, not a missing file.
        for path in ["/", "/{file}", "/{folder}/{file}"] { router.get(path) { try files.response(path: $0.path) } }
    }

    /// The page may run only its own scripts, may not be embedded, may show the object store's content, and may connect
    /// to the gateway and the relay.
    private var headers: HTTPHeaders {
        let policy = [
            "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' \(self.objectOrigin)",
            "media-src \(self.objectOrigin)", "connect-src 'self' \(self.relayOrigin)", "base-uri 'none'",
            "form-action 'self'", "frame-ancestors 'none'",
        ]
        return [
            "Content-Security-Policy": policy.joined(separator: "; "),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cache-Control": "no-cache",
        ]
    }

    /// The scheme, host and port of a URL: `https://s3.example.com:9000`.
    static func origin(of url: String) -> String {
        let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        return parts.count >= 3 ? parts[..<3].joined(separator: "/") : url
    }
}
