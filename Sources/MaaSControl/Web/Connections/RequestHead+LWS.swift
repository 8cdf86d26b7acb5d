internal import CWebSockets
internal import Glibc
internal import MaaSCore

extension RequestHead {
    /// Reads the request libwebsockets has parsed; `nil` when there is none.
    @LoopActor
    init?(_ wsi: OpaquePointer) {
        var uri: UnsafeMutablePointer<CChar>?
        var count: CInt = 0
        let method = lws_http_get_uri_and_method(wsi, &uri, &count)
        guard let uri, count > 0, let name = Self.methods[Int(method)] else { return nil }
        self.method = name
        self.path = String(decoding: UnsafeRawBufferPointer(start: uri, count: Int(count)), as: UTF8.self)
        self.query = Self.query(wsi)
        self.headers = Self.headers(wsi)
        self.isHTTP10 = Self.value(wsi, WSI_TOKEN_HTTP) != "HTTP/1.1"
        self.isCut = Self.isCut(wsi, path: uri, Int(count))
    }

    /// libwebsockets decodes the request line into one buffer, in which the path is followed by the query or, without
    /// one, by the version.
    ///
    /// A `%0A` or `%0D` ends the request line, so there is no version. A `%00` is stored but not counted, so what
    /// follows the path is further away than the path's length says. A bare `&` or `;` in the path becomes a NUL and an
    /// unused byte, as in a query.
    private static func isCut(_ wsi: OpaquePointer, path: UnsafePointer<CChar>, _ count: Int) -> Bool {
        guard lws_hdr_total_length(wsi, WSI_TOKEN_HTTP) > 0 else { return true }
        let hasQuery = lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_URI_ARGS) > 0
        let next = hasQuery ? WSI_TOKEN_HTTP_URI_ARGS : WSI_TOKEN_HTTP
        let length = Int(lws_hdr_fragment_length(wsi, next, 0))
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: length + 1) { buffer in
            // The buffer is never empty, so it has a base address.
            let text = buffer.baseAddress!
            _ = lws_hdr_copy_fragment(wsi, text, CInt(buffer.count), next, 0)
            // A NUL ends the path, and a question mark leaves an unused byte after that.
            return strlen(path) != count || strcmp(path + count + (hasQuery ? 2 : 1), text) != 0
        }
    }

    /// The value of a header unknown to libwebsockets; `name` in lower case.
    static func customHeader(_ name: String, of wsi: OpaquePointer) -> String? {
        // libwebsockets stores the name with its colon.
        let key = name + ":"
        let count = lws_hdr_custom_length(wsi, key, CInt(key.utf8.count))
        guard count >= 0 else { return nil }
        let value = Self.copy(Int(count)) { lws_hdr_custom_copy(wsi, $0, $1, key, CInt(key.utf8.count)) }
        // libwebsockets keeps trailing white space.
        return String(value.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }

    /// By the `LWSHUMETH_` numbers.
    private static let methods: [HTTPMethod?] = [.get, .post, .options, .put, .patch, .delete, nil, .head, nil]

    /// The tokens of headers. The others are methods and pseudo-headers.
    private static let headerTokens: [(token: lws_token_indexes, name: String)] =
        (0..<WSI_TOKEN_COUNT.rawValue).compactMap { index in
            let token = lws_token_indexes(rawValue: index)
            guard let text = lws_token_to_string(token) else { return nil }
            let name = String(cString: text)
            guard name.hasSuffix(":"), !name.hasPrefix(":") else { return nil }
            return (token, String(name.dropLast()))
        }

    private static func headers(_ wsi: OpaquePointer) -> HTTPHeaders {
        var headers = HTTPHeaders()
        for (token, name) in Self.headerTokens {
            if let value = Self.value(wsi, token) { headers.add(name, value) }
        }
        return headers
    }

    private static func value(_ wsi: OpaquePointer, _ token: lws_token_indexes) -> String? {
        let count = Int(lws_hdr_total_length(wsi, token))
        guard count > 0 else { return nil }
        return Self.copy(count) { lws_hdr_copy(wsi, $0, $1, token) }
    }

    private static func query(_ wsi: OpaquePointer) -> WebQuery {
        let count = Int(lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_URI_ARGS))
        guard count > 0 else { return WebQuery() }
        var pieces: [String] = []
        while true {
            var copied: CInt = 0
            let piece = Self.copy(count) {
                copied = lws_hdr_copy_fragment(wsi, $0, $1, WSI_TOKEN_HTTP_URI_ARGS, CInt(pieces.count))
                return copied
            }
            guard copied >= 0 else {
                // What libwebsockets makes of an empty piece before the end: in `/tasks?` and `/tasks?limit=1&`.
                if pieces.last == "/" { pieces.removeLast() }
                return WebQuery(pieces: pieces)
            }
            pieces.append(piece)
        }
    }

    /// Lends `body` a buffer for `count` bytes and libwebsockets' NUL; repairs invalid UTF-8.
    private static func copy(
        _ count: Int,
        _ body: (UnsafeMutablePointer<CChar>, CInt) -> CInt
    ) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: count + 1) { buffer in
            // The buffer is never empty, so it has a base address.
            let copied = body(buffer.baseAddress!, CInt(buffer.count))
            return String(decoding: UnsafeRawBufferPointer(buffer).prefix(max(0, Int(copied))), as: UTF8.self)
        }
    }
}
