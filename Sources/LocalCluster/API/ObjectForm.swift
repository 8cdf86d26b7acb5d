/// The form in which a client wants objects: as they are, or as table rows.
enum ObjectForm: Sendable, Hashable {
    case whole
    case table

    /// Reads the `Accept` header; throws `NotAcceptable` for a client that does not accept JSON.
    init(accept: String?) throws(APIStatus) {
        let types = (accept ?? "*/*").split(separator: ",").map { type in
            type.split(separator: ";").map { String($0).trimmed }
        }
        for parts in types {
            let isTable = parts.contains("as=Table") && parts.contains("g=meta.k8s.io")
            switch parts.first {
            case "application/json" where isTable:
                self = .table
                return
            case "application/json" where !parts.contains(where: { $0.hasPrefix("as=") }), "*/*", "application/*":
                self = .whole
                return
            default: continue
            }
        }
        throw APIStatus(.notAcceptable, "only the following media types are accepted: application/json")
    }
}
