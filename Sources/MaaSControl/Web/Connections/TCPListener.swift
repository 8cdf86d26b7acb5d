internal import Glibc
internal import MaaSCore

/// A listening socket.
///
/// libwebsockets could listen too. This way a free port can be requested, accepting can stop without ending requests in
/// flight, and running out of descriptors does not cause a busy loop.
@LoopActor
final class TCPListener {
    private let descriptor: CInt
    private var watcher: DescriptorWatcher?
    private let pause: LoopTimer
    private let accept: (CInt, String) -> Void

    private static let backlog: CInt = 1024
    /// The most connections accepted per turn, so that a storm of them does not starve the existing ones.
    private static let acceptLimit = 64
    /// The pause after running out of descriptors.
    private static let retryDelay: Duration = .milliseconds(100)

    /// - Parameter accept: receives each new socket, which it then owns, and the peer's address.
    /// - Parameter isShared: whether other processes may listen on the same address; the kernel then balances
    ///   connections.
    init(
        address: String,
        port: Int,
        isShared: Bool = false,
        accept: @escaping (CInt, String) -> Void
    ) throws(WebServerError) {
        self.descriptor = try Self.listen(address: address, port: port, isShared: isShared)
        self.accept = accept
        weak var listener: TCPListener?
        self.pause = LoopTimer { listener?.watcher?.watch(.readable) }
        self.watcher = DescriptorWatcher(descriptor: self.descriptor) { _ in listener?.acceptAll() }
        listener = self
        self.watcher?.watch(.readable)
    }

    /// The port the socket is bound to.
    var port: Int {
        var address = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let status = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(self.descriptor, $0, &size) }
        }
        guard status == 0 else { return 0 }
        // The port is at the same offset for both address families.
        return withUnsafeBytes(of: &address) { Int($0[2]) << 8 | Int($0[3]) }
    }

    func close() {
        guard let watcher = self.watcher.take() else { return }
        watcher.close()
        self.pause.close()
        Glibc.close(self.descriptor)
    }

    private func acceptAll() {
        for _ in 0..<Self.acceptLimit {
            guard self.watcher != nil else { return }
            var address = sockaddr_storage()
            var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let socket = withUnsafeMutablePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Glibc.accept(self.descriptor, $0, &size)
                }
            }
            if socket < 0 {
                if [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno) {
                    // Otherwise the kernel would report the pending connection continuously.
                    self.watcher?.watch([])
                    self.pause.start(after: Self.retryDelay)
                }
                return
            }
            // libwebsockets makes it non-blocking. Child processes are started only on this thread, so none can inherit
            // it in between.
            _ = fcntl(socket, F_SETFD, FD_CLOEXEC)
            // Responses are written in one piece, so Nagle's algorithm would only delay them.
            var on: CInt = 1
            setsockopt(socket, CInt(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<CInt>.size))
            self.accept(socket, Self.text(&address))
        }
    }

    private static func text(_ address: inout sockaddr_storage) -> String {
        withUnsafePointer(to: &address) { pointer in
            withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(NI_MAXHOST)) { host in
                let status = pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    getnameinfo(
                        $0,
                        socklen_t(MemoryLayout<sockaddr_storage>.size),
                        host.baseAddress,
                        socklen_t(host.count),
                        nil,
                        0,
                        NI_NUMERICHOST
                    )
                }
                // The buffer is not empty, so it has a base address, and getnameinfo terminates its output with NUL.
                return status == 0 ? String(cString: host.baseAddress!) : ""
            }
        }
    }

    private static func listen(address: String, port: Int, isShared: Bool) throws(WebServerError) -> CInt {
        guard (0...65_535).contains(port) else {
            throw WebServerError(code: .badAddress, message: "port \(port) is out of range")
        }
        var hints = addrinfo()
        hints.ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV
        hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(address, String(port), &hints, &found) == 0, let found else {
            throw WebServerError(code: .badAddress, message: "\(address) is not an IP address")
        }
        defer { freeaddrinfo(found) }
        let kind = CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(found.pointee.ai_family, kind, 0)
        guard descriptor >= 0 else { throw Self.cannotBind(address, port) }
        var on: CInt = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<CInt>.size))
        if isShared {
            setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &on, socklen_t(MemoryLayout<CInt>.size))
        }
        guard bind(descriptor, found.pointee.ai_addr, found.pointee.ai_addrlen) == 0,
            Glibc.listen(descriptor, Self.backlog) == 0
        else {
            let error = Self.cannotBind(address, port)
            Glibc.close(descriptor)
            throw error
        }
        return descriptor
    }

    private static func cannotBind(_ address: String, _ port: Int) -> WebServerError {
        let reason = String(cString: strerror(errno))
        return WebServerError(code: .cannotBind, message: "cannot listen on \(address) port \(port): \(reason)")
    }
}
