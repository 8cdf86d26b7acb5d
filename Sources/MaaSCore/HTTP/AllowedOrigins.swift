/// The web pages, by their origins, whose scripts may use a service from another address.
package struct AllowedOrigins: Sendable, Hashable {
    /// Nil for every origin.
    private let origins: Set<String>?

    package static let all = AllowedOrigins(origins: nil)
    package static let none = AllowedOrigins(origins: [])

    private init(origins: Set<String>?) { self.origins = origins }

    /// Reads origins such as `https://studio.example.com`, separated by commas; nil when one of them is none. An empty
    /// text is every origin.
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

    /// Whether a request with this `Origin` may be answered. One without comes from no browser, which is why it proves
    /// nothing: whoever is not a browser can say what they like.
    package func admit(_ origin: String?) -> Bool {
        guard let origin, let origins = self.origins else { return true }
        return HTTPOrigin(origin).map { origins.contains($0.text) } ?? false
    }

    /// Whether this very origin, as a browser writes it, is listed.
    package func lists(_ origin: String) -> Bool { self.origins?.contains(origin) ?? false }
}
