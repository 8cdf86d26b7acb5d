package import MaaSCore

/// Something a test waits for.
@LoopActor
package final class Signal {
    private var isSet = false
    private var waiters: [CheckedContinuation<Void, Never>] = []

    package nonisolated init() {}

    package func set() {
        self.isSet = true
        for waiter in self.waiters { waiter.resume() }
        self.waiters = []
    }

    /// Returns once it is set, or when a task that waits for it is cancelled: then for all of them.
    package func wait() async {
        await withTaskCancellationHandler {
            // Looked at here: others may run before the handler is installed.
            await withCheckedContinuation { if self.isSet { $0.resume() } else { self.waiters.append($0) } }
        } onCancel: {
            LoopActor.later { self.set() }
        }
    }
}
