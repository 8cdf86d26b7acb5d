internal import FoundationEssentials

/// An address that a user wrote, and that we shall send requests to.
enum OutboundURL {
    static let expected = "an http or https URL without a name and password in it"
    private static let longest = 4_096

    /// Nil unless it is an absolute `http` or `https` URL. Names and passwords would be shown to whoever sees the
    /// address, and sent on to where a redirect leads.
    static func parse(_ text: String) -> URL? {
        guard text.utf8.count <= self.longest, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            let url = URL(string: text), ["http", "https"].contains(url.scheme?.lowercased()),
            url.host()?.isEmpty == false, url.user() == nil, url.password() == nil
        else { return nil }
        return url
    }
}
