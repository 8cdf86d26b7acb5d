package import MaaSCore

extension JSONValue {
    /// Parses JSON that a client sent. Throws 400 when it is malformed, or exceeds the complexity limits.
    package init(ofRequest bytes: [UInt8]) throws(WebError) {
        if bytes.isEmpty { throw .badRequest("the body is empty: it must be valid JSON", code: "malformed_json") }
        let limits = JSONLimits()
        guard limits.admits(bytes) else {
            throw .badRequest(
                "the JSON may have \(limits.values) values, \(limits.depth) levels deep at most",
                code: "json_too_complex"
            )
        }
        do throws(JSONError) {
            try self.init(parsing: bytes)
        } catch {
            throw .badRequest("the body must be valid JSON: \(error)", code: "malformed_json")
        }
    }
}
