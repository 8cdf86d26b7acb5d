internal import CCurl

extension HTTPClientError {
    /// Translates a libcurl result.
    init(_ result: CURLcode, _ message: String) {
        let code: Code =
            switch result {
            case CURLE_URL_MALFORMAT: .invalidRequest
            // The request's scheme was checked before, so the unsupported protocol is the response's: HTTP/0.9.
            case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING: .invalidResponse
            case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT: .cannotConnect
            // A handshake that breaks off is as often caused by a server starting or stopping as by misconfiguration.
            case CURLE_SSL_CONNECT_ERROR: .cannotConnect
            case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_CACERT_BADFILE,
                CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CLIENTCERT:
                .tls
            case CURLE_OPERATION_TIMEDOUT: .timedOut
            default: .connectionLost
            }
        self.init(code, message)
    }
}
