internal import FoundationEssentials

/// A URL that a user wrote and that MaaS is to send requests to.
enum OutboundURL {
    /// What to write instead, for an error message: "must be …".
    static let expected = "an http or https URL without a name and password in it"
    private static let longest = 4_096

    /// Nil unless it is an absolute `http` or `https` URL. Names and passwords would be shown to whoever sees the
    /// address, and sent on to where a redirect leads.
    static func parse(_ text: String) -> URL? {
        guard text.utf8.count <= Self.longest, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            let url = URL(string: text), ["http", "https"].contains(url.scheme?.lowercased()),
            url.host()?.isEmpty == false, url.user() == nil, url.password() == nil
        else { return nil }
        return url
    }
}
