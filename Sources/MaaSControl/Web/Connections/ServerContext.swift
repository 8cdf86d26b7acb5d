internal import CWebSockets
internal import Glibc
internal import MaaSCore

/// The libwebsockets context of one server, which owns everything that libwebsockets keeps pointers to.
@LoopActor
final class ServerContext {
    private var context: OpaquePointer?
    /// Made by `strdup`; among them the names of ``protocols``.
    private let strings: [UnsafeMutablePointer<CChar>]
    private let protocols: UnsafeMutableBufferPointer<lws_protocols>
    private let foreignLoops: UnsafeMutablePointer<UnsafeMutableRawPointer?>
    private let keepAlivePolicy: UnsafeMutablePointer<lws_retry_bo_t>

    /// The output buffer: `lws_pre_bytes` for libwebsockets' framing, then ``writeLimit`` bytes.
    let scratch: UnsafeMutableRawBufferPointer

    /// The most bytes written at once.
    static let writeLimit = 65_536

    /// - Parameter subprotocols: the WebSocket subprotocols of all routes.
    init(_ configuration: WebServerConfiguration, subprotocols: [String]) throws(WebServerError) {
        lws_set_log_level(CInt(LLL_ERR), nil)
        // libwebsockets uses the first protocol for HTTP and for WebSockets that request none.
        let names = ["maas-http"] + subprotocols
        self.strings = names.map { strdup($0) }
        self.protocols = .allocate(capacity: names.count + 1)
        self.protocols.initialize(repeating: lws_protocols())
        for (index, name) in self.strings.enumerated() {
            self.protocols[index].name = UnsafePointer(name)
            self.protocols[index].callback = { WebConnection.callback($0, $1, $3, $4) }
            // Allocated for the lifetime of each WebSocket, so it is small. Longer messages arrive in pieces.
            self.protocols[index].rx_buffer_size = index == 0 ? 4096 : 512
            self.protocols[index].tx_packet_size = Self.writeLimit
        }
        self.foreignLoops = .allocate(capacity: 1)
        self.foreignLoops.initialize(to: EventLoop.main.withUVLoop { $0 })
        self.keepAlivePolicy = .allocate(capacity: 1)
        // Without times, so that libwebsockets pings nobody: see WebSocketPinger. Without a policy it would use its
        // own.
        self.keepAlivePolicy.initialize(to: lws_retry_bo_t())
        self.scratch = .allocate(byteCount: Int(lws_pre_bytes) + Self.writeLimit, alignment: 16)
        self.context = self.makeContext(configuration)
        if self.context == nil {
            throw WebServerError(code: .cannotServe, message: Self.refusal(configuration))
        }
    }

    isolated deinit {
        for string in self.strings { free(string) }
        self.protocols.deallocate()
        self.foreignLoops.deallocate()
        self.keepAlivePolicy.deallocate()
        self.scratch.deallocate()
    }

    private func makeContext(_ configuration: WebServerConfiguration) -> OpaquePointer? {
        var info = lws_context_creation_info()
        // We listen ourselves; see TCPListener.
        info.port = CInt(lws_no_listen)
        info.protocols = UnsafePointer(self.protocols.baseAddress)
        // With the fallback, a request with an unknown method comes to us as raw bytes.
        info.options = lws_option_libuv | lws_option_validate_utf8 | lws_option_raw_fallback
        info.foreign_loops = self.foreignLoops
        info.retry_and_idle_policy = UnsafePointer(self.keepAlivePolicy)
        info.pt_serv_buf_size = 16_384
        info.max_http_header_data2 = UInt32(configuration.maximumHeaderBytes)
        info.timeout_secs = UInt32(clamping: configuration.stallTimeout.components.seconds)
        info.timeout_secs_ah_idle = UInt32(clamping: configuration.headerTimeout.components.seconds)
        info.keepalive_timeout = CInt(clamping: configuration.idleTimeout.components.seconds)
        guard let tls = configuration.tls else { return lws_create_context(&info) }
        info.options |= lws_option_tls
        return tls.certificatePath.withCString { certificate in
            tls.keyPath.withCString { key in
                "http/1.1".withCString { alpn in
                    info.ssl_cert_filepath = certificate
                    info.ssl_private_key_filepath = key
                    // HTTP/2 would bypass our flow control and framing.
                    info.alpn = alpn
                    return lws_create_context(&info)
                }
            }
        }
    }

    private static func refusal(_ configuration: WebServerConfiguration) -> String {
        guard let tls = configuration.tls else {
            return "libwebsockets could not be set up (is its libuv plugin there?)"
        }
        return "the web server cannot use the certificate \(tls.certificatePath) with the key \(tls.keyPath)"
    }

    /// Passes an accepted socket to libwebsockets, which closes it in any case. Returns whether it was adopted.
    func adopt(_ descriptor: CInt, for connection: WebConnection) -> Bool {
        guard let context = self.context, let host = lws_get_vhost_by_name(context, "default") else {
            Glibc.close(descriptor)
            return false
        }
        var description = lws_adopt_desc_t()
        description.vh = host
        description.type = lws_adoption_type(
            rawValue: LWS_ADOPT_SOCKET.rawValue | LWS_ADOPT_HTTP.rawValue | LWS_ADOPT_ALLOW_SSL.rawValue
        )
        description.fd.sockfd = descriptor
        // Released in the callback LWS_CALLBACK_WSI_DESTROY, which follows unless memory ran out at once.
        description.opaque = Unmanaged.passRetained(connection).toOpaque()
        return lws_adopt_descriptor_vhost_via_info(&description) != nil
    }

    /// Closes every connection and frees the context.
    func close() async {
        guard let context = self.context.take() else { return }
        lws_context_destroy(context)
        // On a foreign loop the first call only starts closing libuv handles, first those of the connections, then
        // those of the context. Each takes a turn of the loop; the second call frees the rest.
        for _ in 0..<Self.closingTurns { try? await LoopClock().sleep(for: .milliseconds(1)) }
        lws_context_destroy(context)
    }

    private static let closingTurns = 8
}
