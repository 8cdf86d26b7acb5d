/// A request in the canonical form that client and server both sign.
package struct CanonicalRequest: Sendable {
    package var method: HTTPMethod
    /// Percent-encoded.
    package var path: String
    /// Unencoded names and values, in any order.
    package var query: [(name: String, value: String)]
    /// All of them are signed; `Host` is required.
    package var headers: HTTPHeaders
    /// The body's SHA-256 in hexadecimal, or ``SigV4/unsignedPayload``.
    package var payloadHash: String

    package init(
        _ method: HTTPMethod,
        path: String,
        query: [(name: String, value: String)] = [],
        headers: HTTPHeaders,
        payloadHash: String = Hexadecimal.encode(SHA256.digest(of: ""))
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.payloadHash = payloadHash
    }

    /// The query, encoded and sorted.
    var canonicalQuery: String {
        self.query
            .map { (PercentEncoding.encode($0.name), PercentEncoding.encode($0.value)) }
            .sorted { $0 < $1 }
            .map { "\($0)=\($1)" }
            .joined(separator: "&")
    }

    /// The names of the headers, sorted.
    var signedHeaders: String { self.sortedNames.joined(separator: ";") }

    /// The canonical request: the text that is signed.
    var text: String {
        let headers = self.sortedNames.map { name in
            "\(name):\(self.headers.values(of: name).map(Self.singleSpaced).joined(separator: ","))\n"
        }
        return [
            self.method.rawValue, self.path, self.canonicalQuery, headers.joined(), self.signedHeaders,
            self.payloadHash,
        ].joined(separator: "\n")
    }

    private var sortedNames: [String] { Set(self.headers.map { $0.name.lowercased() }).sorted() }

    /// The value trimmed, with inner spaces collapsed.
    private static func singleSpaced(_ value: String) -> String {
        value.split(separator: " ").joined(separator: " ")
    }
}
