/// The origins whose pages may use a service of another origin.
package struct AllowedOrigins: Sendable, Hashable {
    /// Nil for every origin.
    private let origins: Set<String>?

    package static let all = AllowedOrigins(origins: nil)
    package static let none = AllowedOrigins(origins: [])

    private init(origins: Set<String>?) { self.origins = origins }

    /// Parses origins such as `https://studio.example.com`, separated by commas; nil when one is invalid. An empty text
    /// means every origin.
    package init?(_ text: String) {
        var origins: Set<String> = []
        for part in text.split(separator: ",") {
            let name = part.filter { $0 != " " }
            guard let origin = HTTPOrigin(name), origin.basePath.isEmpty, !name.hasSuffix("/"), !name.contains("*")
            else { return nil }
            origins.insert(origin.text)
        }
        self.init(origins: origins.isEmpty ? nil : origins)
    }

    /// Whether a request with this `Origin` may be answered. A request without one is not from a browser, and this
    /// check only protects browsers' users: other clients can send any header.
    package func admit(_ origin: String?) -> Bool {
        guard let origin, let origins = self.origins else { return true }
        return HTTPOrigin(origin).map { origins.contains($0.text) } ?? false
    }

    /// Whether exactly this origin, as a browser sends it, is listed.
    package func lists(_ origin: String) -> Bool { self.origins?.contains(origin) ?? false }
}
