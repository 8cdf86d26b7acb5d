internal import MaaSControl
internal import MaaSCore

/// The page: its files at `/`, and what it has to know in `/page.json`.
@LoopActor
struct PageRoutes {
    let directory: String
    /// The key the page uses by itself; only on a machine of one's own, and only told to that machine's own browser.
    let key: String?
    /// From where the page may fetch pictures and videos.
    let objectOrigin: String
    /// Where it listens for events.
    let relayOrigin: String

    func add(to router: Router) {
        router.get("/page.json") { request in
            let key = request.headers["host"].flatMap { LoopbackHost.matches(header: $0) ? self.key : nil }
            return .json(["api_key": JSONValue(key)])
        }
        let files = StaticFiles(directory: self.directory, headers: self.headers)
        // Not any depth: a path of the interface asked by the wrong method is then a 405, not a missing file.
        for path in ["/", "/{file}", "/{folder}/{file}"] { router.get(path) { try files.response(path: $0.path) } }
    }

    /// The page runs its own scripts and no others, is shown in no other page, shows what the object store has, and talks to
    /// us and to the relay.
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

    /// Scheme, host and port of an address: `https://s3.example.com:9000`.
    static func origin(of url: String) -> String {
        let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        return parts.count >= 3 ? parts[..<3].joined(separator: "/") : url
    }
}
