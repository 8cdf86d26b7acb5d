internal import CUV
internal import Glibc

/// Adopts processes whose parents have ended and reaps them, as PID 1 of a container must; else they stay as zombies.
@LoopActor
package final class OrphanReaper {
    private let spared: @LoopActor () -> Int32?
    private var signal: LoopSignal?

    /// - Parameter spared: the process id of the one child that libuv waits for itself, while it runs.
    package init(sparing spared: @escaping @LoopActor () -> Int32?) {
        self.spared = spared
        _ = maas_become_subreaper()  // Fails on kernels before 3.4 only; as PID 1 it is not needed.
        self.signal = LoopSignal(SIGCHLD) { [unowned self] in self.reap() }
    }

    /// Reaps what has ended so far. Call it once the spared child has ended: it may have stood in the way.
    package func reap() {
        while case let pid = maas_peek_ended_child(), pid > 0, pid != self.spared() { waitpid(pid, nil, WNOHANG) }
    }

    package func close() {
        self.signal?.close()
        self.signal = nil
    }
}
