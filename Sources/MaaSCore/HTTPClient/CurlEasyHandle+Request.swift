internal import CCurl
internal import FoundationEssentials

extension CurlEasyHandle {
    /// A handle set up to send `request` with a body of `bodyLength` bytes.
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
        // No signals: they belong to the process, not to a library.
        self.set(CURLOPT_NOSIGNAL, 1)
        // A lookup that hangs is left to its thread when the transfer ends. Otherwise libcurl waits for it, and the loop with
        // libcurl.
        self.set(CURLOPT_QUICK_EXIT, 1)
        // The address is what the caller wrote: no proxy out of the environment, no other protocol.
        self.set(CURLOPT_PROXY, "")
        self.set(CURLOPT_PROTOCOLS_STR, "http,https")
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
        // libcurl waits a second for `100 Continue` from servers that do not know it: ask for none.
        var headers = ["Expect:"]
        for field in request.headers {
            guard field.isValid else {
                throw HTTPClientError(.invalidRequest, "the header \(field.name.debugDescription) is malformed")
            }
            // How libcurl spells a header without a value.
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

    /// libcurl checks the certificate against the host in the URL. So that becomes `serverName`, the connection goes to
    /// the real host, and the `Host` header, which is returned, stays what it would have been.
    private func setURL(_ url: String, serverName: String) throws(HTTPClientError) -> [String] {
        guard var components = URLComponents(string: url), let host = components.host else {
            throw HTTPClientError(.invalidRequest, "the URL is malformed")
        }
        let port = components.port ?? 443
        components.host = serverName
        guard let url = components.string else {
            throw HTTPClientError(.invalidRequest, "the TLS server name is no host name")
        }
        self.set(CURLOPT_URL, url)
        self.set(CURLOPT_CONNECT_TO, ["\(serverName):\(port):\(host):\(port)"])
        return ["Host: \(components.port == nil ? host : "\(host):\(port)")"]
    }

    private func setMethod(_ method: HTTPMethod, bodyLength: Int64?) throws(HTTPClientError) {
        guard HTTPField(name: method.rawValue, value: "").isValid else {
            throw HTTPClientError(.invalidRequest, "the method is no token")
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
        // 0 would mean libcurl's default, or for ever.
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
