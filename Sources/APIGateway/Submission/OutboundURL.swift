internal import FoundationEssentials

/// A user-supplied URL that MaaS sends requests to.
enum OutboundURL {
    /// For an error message: "must be …".
    static let expected = "an http or https URL without a name and password in it"
    private static let longest = 4_096

    /// Nil unless it is an absolute `http` or `https` URL. User information is rejected, because it would be visible
    /// with the URL and sent to redirect targets.
    static func parse(_ text: String) -> URL? {
        guard text.utf8.count <= Self.longest, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            let url = URL(string: text), ["http", "https"].contains(url.scheme?.lowercased()),
            url.host()?.isEmpty == false, url.user() == nil, url.password() == nil,
            (1...65_535).contains(url.port ?? 80)
        else { return nil }
        return url
    }
}
