internal import CUV
internal import Glibc

/// Adopts and reaps orphaned processes, as PID 1 of a container must; otherwise they stay zombies.
@LoopActor
package final class OrphanReaper {
    private let spared: @LoopActor () -> Int32?
    private var signal: LoopSignal?

    /// - Parameter spared: the process id of the child that libuv reaps itself, while it runs.
    package init(sparing spared: @escaping @LoopActor () -> Int32?) {
        self.spared = spared
        _ = maas_become_subreaper()  // Fails on kernels before 3.4 only; as PID 1 it is not needed.
        self.signal = LoopSignal(SIGCHLD) { [unowned self] in self.reap() }
    }

    /// Reaps ended children. Call it again once the spared child has ended: while it is a zombie, it may hide others.
    package func reap() {
        while case let pid = maas_peek_ended_child(), pid > 0, pid != self.spared() { waitpid(pid, nil, WNOHANG) }
    }

    package func close() {
        self.signal?.close()
        self.signal = nil
    }
}
