package import MaaSCore

/// Serves the files of a directory; `GET /` is its `index.html`.
package struct StaticFiles: Sendable {
    private let directory: String
    private let headers: HTTPHeaders

    /// - Parameter headers: sent with every file.
    package init(directory: String, headers: HTTPHeaders = ["Cache-Control": "no-cache"]) {
        self.directory = directory
        self.headers = headers
    }

    /// The response for the file at `path`, relative to the directory. Throws 404 when there is none.
    package func response(path: String) throws(WebError) -> WebResponse {
        guard let relative = Self.normalize(path) else { throw .notFound() }
        var file = FileBody(path: "\(self.directory)/\(relative)")
        if file == nil, !relative.contains("."), relative.isEmpty || path.hasSuffix("/") {
            file = FileBody(path: "\(self.directory)/\(relative)/index.html")
        }
        guard let file else { throw .notFound() }
        return WebResponse(status: 200, headers: self.headers, body: .file(file))
    }

    /// The path without empty segments; nil when it would leave the directory or names a hidden file.
    static func normalize(_ path: String) -> String? {
        guard !path.utf8.contains(0), !path.contains("\\") else { return nil }
        let segments = path.split(separator: "/")
        // Covers hidden files as well as `.` and `..`.
        guard !segments.contains(where: { $0.hasPrefix(".") }) else { return nil }
        return segments.joined(separator: "/")
    }
}
