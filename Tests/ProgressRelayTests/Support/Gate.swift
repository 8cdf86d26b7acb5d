internal import MaaSCore

/// Holds whoever comes until it is opened.
@LoopActor
final class Gate {
    private var isOpen = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func pass() async {
        if self.isOpen { return }
        await withCheckedContinuation { self.waiting.append($0) }
    }

    func open() {
        self.isOpen = true
        for waiter in self.waiting { waiter.resume() }
        self.waiting = []
    }
}
