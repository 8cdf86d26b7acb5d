/// The web pages, by their origins, whose scripts may use a service from another address.
package struct AllowedOrigins: Sendable, Hashable {
    private let origins: Set<String>

    package static let all = AllowedOrigins(origins: [])

    private init(origins: Set<String>) { self.origins = origins }

    /// Reads origins such as `https://studio.example.com`, separated by commas; nil when one of them is none. An empty
    /// text is every origin.
    package init?(_ text: String) {
        var origins: Set<String> = []
        for part in text.split(separator: ",") {
            let name = part.filter { $0 != " " }
            guard let origin = HTTPOrigin(name), origin.basePath.isEmpty, !name.hasSuffix("/") else { return nil }
            origins.insert(origin.text)
        }
        self.init(origins: origins)
    }

    /// Whether a request with this `Origin` may be answered. One without comes from no browser, which is why it proves
    /// nothing: whoever is not a browser can say what they like.
    package func admit(_ origin: String?) -> Bool {
        guard let origin, !self.origins.isEmpty else { return true }
        return HTTPOrigin(origin).map { self.origins.contains($0.text) } ?? false
    }
}
