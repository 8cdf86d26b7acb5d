internal import CUV

/// The read end of a child's output stream.
@LoopActor
final class ChildPipe {
    private let handle: UnsafeMutablePointer<uv_pipe_t>
    /// Called with bytes as they arrive, and with nil once at the end.
    private var handler: ((UnsafeRawBufferPointer?) -> Void)?
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 1)

    init(handler: @escaping (UnsafeRawBufferPointer?) -> Void) {
        self.handle = .allocate(capacity: 1)
        self.handler = handler
        uv_pipe_init(EventLoop.main.uv, self.handle, 0)
        self.handle.pointee.data = Unmanaged.passRetained(self).toOpaque()  // Released when libuv has closed it.
    }

    func withStream(_ body: (UnsafeMutablePointer<uv_stream_t>) -> Void) {
        body(UnsafeMutableRawPointer(self.handle).assumingMemoryBound(to: uv_stream_t.self))
    }

    func startReading() {
        self.withStream { stream in
            uv_read_start(
                stream,
                { handle, _, buffer in
                    let pipe = Unmanaged<ChildPipe>.fromOpaque(handle!.pointee.data).takeUnretainedValue()
                    LoopActor.assumeIsolated {
                        buffer!.pointee = uv_buf_init(
                            pipe.buffer.baseAddress?.assumingMemoryBound(to: CChar.self),
                            UInt32(pipe.buffer.count)
                        )
                    }
                },
                { handle, count, _ in
                    let pipe = Unmanaged<ChildPipe>.fromOpaque(handle!.pointee.data).takeUnretainedValue()
                    LoopActor.assumeIsolated { pipe.didRead(count) }
                }
            )
        }
    }

    func close() {
        guard let handler = self.handler.take() else { return }
        uv_close(UnsafeMutableRawPointer(self.handle).assumingMemoryBound(to: uv_handle_t.self)) { handle in
            let pipe = Unmanaged<ChildPipe>.fromOpaque(handle!.pointee.data).takeRetainedValue()
            LoopActor.assumeIsolated {
                pipe.handle.deallocate()
                pipe.buffer.deallocate()
            }
        }
        handler(nil)
    }

    private func didRead(_ count: Int) {
        if count > 0 {
            self.handler?(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(self.buffer)[..<count]))
        } else if count < 0 {
            self.close()  // UV_EOF, or an error after which nothing more comes.
        }
    }
}
