package import MaaSCore

/// The headers of one request.
///
/// libwebsockets 4.1 can list only the headers it knows; any other must be looked up by name, before the response
/// begins. So ``known`` is a copy, and the rest is looked up on demand.
@LoopActor
package struct WebRequestHeaders {
    /// The headers libwebsockets knows, in no particular order.
    package let known: HTTPHeaders
    private let lookUp: (String) -> String?

    init(known: HTTPHeaders, lookUp: @escaping (String) -> String? = { _ in nil }) {
        self.known = known
        self.lookUp = lookUp
    }

    /// The value of `name`, in any case; several are joined by commas.
    package subscript(name: String) -> String? {
        self.known[name] ?? self.lookUp(name.lowercased())
    }
}
