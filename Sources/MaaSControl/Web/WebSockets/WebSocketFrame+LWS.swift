internal import CWebSockets

extension WebSocketFrame {
    /// What it is to `lws_write`.
    var writeProtocol: lws_write_protocol {
        let kind =
            switch self.kind {
            case .text: LWS_WRITE_TEXT
            case .binary: LWS_WRITE_BINARY
            case .continuation: LWS_WRITE_CONTINUATION
            case .ping: LWS_WRITE_PING
            }
        return lws_write_protocol(rawValue: kind.rawValue | (self.isFinal ? 0 : UInt32(lws_write_no_fin)))
    }
}
