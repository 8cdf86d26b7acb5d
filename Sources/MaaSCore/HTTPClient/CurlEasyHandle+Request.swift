internal import CCurl
internal import FoundationEssentials

extension CurlEasyHandle {
    /// A handle configured to send `request` with a body of `bodyLength` bytes.
    convenience init(
        _ request: HTTPRequest,
        bodyLength: Int64?,
        configuration: HTTPClientConfiguration
    ) throws(HTTPClientError) {
        try self.init()
        try self.setURL(request, serverName: configuration.tls.serverName)
        try self.setMethod(request.method, bodyLength: bodyLength)
        self.setTimeouts(request.timeouts)
        self.setTLS(configuration.tls)
        self.set(CURLOPT_USERAGENT, configuration.userAgent)
        if request.acceptsCompression { self.set(CURLOPT_ACCEPT_ENCODING, "") }
        // Signals belong to the process, not to a library.
        self.set(CURLOPT_NOSIGNAL, 1)
        // On closing, libcurl would wait for the thread of a hanging lookup and so block the loop; this abandons the
        // thread.
        self.set(CURLOPT_QUICK_EXIT, 1)
        // Connect only to the given URL: no proxy from the environment, no other protocol.
        self.set(CURLOPT_PROXY, "")
        self.set(CURLOPT_PROTOCOLS_STR, "http,https")
        // Over HTTP/2 a request that times out leaves its connection open, and all later ones join it: a server that is
        // gone without a word would be asked for as long as the kernel retransmits, some 15 minutes.
        self.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        self.set(CURLOPT_TCP_KEEPALIVE, 1)
        self.set(CURLOPT_TCP_KEEPIDLE, 30)
        self.set(CURLOPT_TCP_KEEPINTVL, 10)
        self.set(CURLOPT_BUFFERSIZE, 1 << 16)
    }

    private func setURL(_ request: HTTPRequest, serverName: String?) throws(HTTPClientError) {
        let scheme = request.url.prefix { $0 != ":" }.lowercased()
        guard scheme == "http" || scheme == "https" else {
            throw HTTPClientError(.invalidRequest, "the URL must begin with http:// or https://")
        }
        // Disables `Expect: 100-continue`: libcurl would wait a second for servers that do not support it.
        var headers = ["Expect:"]
        for field in request.headers {
            guard field.isValid else {
                throw HTTPClientError(.invalidRequest, "the header \(field.name.debugDescription) is malformed")
            }
            // libcurl's syntax for a header without a value.
            headers.append(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
        }
        self.set(CURLOPT_PATH_AS_IS, 1)  // An object's key may be `a/../b`.
        if let serverName, scheme == "https" {
            headers += try self.setURL(request.url, serverName: serverName)
        } else {
            self.set(CURLOPT_URL, request.url)
        }
        self.set(CURLOPT_HTTPHEADER, headers)
    }

    /// libcurl verifies the certificate against the URL's host. So the URL gets `serverName`, the connection goes to
    /// the real host, and the original `Host` header is returned.
    private func setURL(_ url: String, serverName: String) throws(HTTPClientError) -> [String] {
        guard var components = URLComponents(string: url), let host = components.host else {
            throw HTTPClientError(.invalidRequest, "the URL is malformed")
        }
        let port = components.port ?? 443
        components.host = serverName
        guard let url = components.string else {
            throw HTTPClientError(.invalidRequest, "the TLS server name must be a host name")
        }
        self.set(CURLOPT_URL, url)
        self.set(CURLOPT_CONNECT_TO, ["\(serverName):\(port):\(host):\(port)"])
        return ["Host: \(components.port == nil ? host : "\(host):\(port)")"]
    }

    private func setMethod(_ method: HTTPMethod, bodyLength: Int64?) throws(HTTPClientError) {
        guard HTTPField(name: method.rawValue, value: "").isValid else {
            throw HTTPClientError(.invalidRequest, "the HTTP method must be a token, such as GET")
        }
        if let bodyLength {
            self.set(CURLOPT_UPLOAD, 1)
            self.set(CURLOPT_INFILESIZE_LARGE, bodyLength)
        }
        if method == .head {
            self.set(CURLOPT_NOBODY, 1)
        } else {
            self.set(CURLOPT_CUSTOMREQUEST, method.rawValue)
        }
    }

    private func setTimeouts(_ timeouts: HTTPTimeouts) {
        // 0 would mean libcurl's default, or no limit.
        self.set(CURLOPT_CONNECTTIMEOUT_MS, max(1, Int(timeouts.connect.wholeMilliseconds)))
        if let total = timeouts.total { self.set(CURLOPT_TIMEOUT_MS, max(1, Int(total.wholeMilliseconds))) }
        if let stall = timeouts.stall {
            self.set(CURLOPT_LOW_SPEED_LIMIT, 1)
            self.set(CURLOPT_LOW_SPEED_TIME, max(1, Int(stall.inSeconds.rounded(.up))))
        }
    }

    private func setTLS(_ tls: TLSOptions) {
        switch tls.trust {
        case .system: break
        case .file(let path):
            self.set(CURLOPT_CAINFO, path)
            self.clear(CURLOPT_CAPATH)
        case .pem(let certificates):
            self.set(CURLOPT_CAINFO_BLOB, certificates)
            self.clear(CURLOPT_CAPATH)
        case .anyone:
            self.set(CURLOPT_SSL_VERIFYPEER, 0)
            self.set(CURLOPT_SSL_VERIFYHOST, 0)
        }
        if let identity = tls.identity {
            self.set(CURLOPT_SSLCERT_BLOB, identity.certificate)
            self.set(CURLOPT_SSLKEY_BLOB, identity.key)
        }
    }
}
