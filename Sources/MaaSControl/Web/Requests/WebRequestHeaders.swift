package import MaaSCore

/// The headers of one request.
///
/// libwebsockets 4.1 can list the headers it has heard of; any other it gives out by name only, and only until the
/// answer has begun. So ``known`` is a copy, and the rest is looked up when it is asked for.
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
