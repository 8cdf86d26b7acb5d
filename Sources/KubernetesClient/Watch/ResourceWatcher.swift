package import MaaSCore

/// Follows all objects of a kind: a list, then watches from there on, until stopped.
@LoopActor
package final class ResourceWatcher<Resource: KubernetesResource> {
    package typealias Handler = @LoopActor (ResourceEvent<Resource>) -> Void
    package typealias LagHandler = @LoopActor (Duration) -> Void
    package typealias CurrencyHandler = @LoopActor () -> Void
    package typealias ReadinessTest = @LoopActor () -> Bool

    private let client: KubernetesClient
    private let namespace: String?
    private let selector: String?
    private let isOptional: Bool
    private let isServerReady: ReadinessTest
    private let timeouts: WatchTimeouts
    private let logger: Logger
    private let onLag: LagHandler
    private let onCurrency: CurrencyHandler
    private let onEvent: Handler
    private var state = WatchState()
    private var permission: WatchPermission
    private var failures = FailureSeries()
    /// What was listed while the objects may not be followed, to be told once they may; nil while they may.
    private var withheld: [Resource]?
    private var task: Task<Void, Never>?
    /// Whether a list succeeded, and nothing has failed since or the server has accepted another watch after it.
    package private(set) var isCurrent = false { didSet { if self.isCurrent != oldValue { self.onCurrency() } } }
    /// When the server last sent anything, including bookmarks.
    package private(set) var heard: ContinuousClock.Instant?

    /// - Parameters:
    ///   - isOptional: whether to carry on without objects when the server forbids listing or watching them, or does
    ///     not know their kind.
    ///   - isServerReady: asked before each request: whether the server may be believed when it refuses this one. One
    ///     that has just started refuses everything.
    ///   - doubt: how long such a refusal is ignored after they were listed once.
    ///   - onLag: receives the age of an object that a watch shows for the first time, by the server's clock and in its
    ///     whole seconds. Modifications carry no time. An object relabelled so that `selector` matches it counts as
    ///     well.
    ///   - onCurrency: called when ``isCurrent`` has changed, and before the event that shows it.
    package init(
        _ type: Resource.Type = Resource.self,
        client: KubernetesClient,
        namespace: String?,
        selector: String? = nil,
        isOptional: Bool = false,
        isServerReady: @escaping ReadinessTest = { true },
        doubt: Duration = .seconds(60),
        timeouts: WatchTimeouts = WatchTimeouts(),
        logger: Logger,
        onLag: @escaping LagHandler = { _ in },
        onCurrency: @escaping CurrencyHandler = {},
        onEvent: @escaping Handler
    ) {
        self.client = client
        self.namespace = namespace
        self.selector = selector
        self.isOptional = isOptional
        self.isServerReady = isServerReady
        self.permission = WatchPermission(doubt: doubt)
        self.timeouts = timeouts
        self.logger = logger
        self.onLag = onLag
        self.onCurrency = onCurrency
        self.onEvent = onEvent
    }

    /// Starts following; the first event is ``ResourceEvent/replaced(_:)``.
    package func start() {
        guard self.task == nil else { return }
        self.task = LoopActor.immediate { await self.follow() }
    }

    /// Stops following; no event arrives after it returns.
    package func stop() async {
        self.task?.cancel()
        await self.task?.value
        self.task = nil
        self.isCurrent = false
    }

    private func follow() async {
        while !Task.isCancelled {
            let delay = await self.proceed()
            if delay > .zero { try? await LoopClock().sleep(for: delay) }
        }
    }

    /// Takes the next step and returns the delay after it.
    private func proceed() async -> Duration {
        let start = ContinuousClock.now
        let isServerReady = self.isServerReady()
        do throws(KubernetesError) {
            switch self.state.step {
            case .list:
                let list = try await self.client.list(Resource.self, in: self.namespace, selector: self.selector)
                if Task.isCancelled { return .zero }
                self.state.listed(at: list.resourceVersion)
                self.permission.listed()
                self.hear()
                if self.withheld == nil { self.onEvent(.replaced(list.items)) } else { self.withheld = list.items }
                return .zero
            case .watch(let version):
                try await self.client.watch(
                    Resource.self,
                    in: self.namespace,
                    selector: self.selector,
                    from: version,
                    timeouts: self.timeouts,
                    onAccepted: { self.beginWatch() }
                ) { self.deliver($0) }
                return self.state.ended(after: ContinuousClock.now - start)
            }
        } catch {
            if Task.isCancelled { return .zero }
            if self.isOptional, error.isKindRefused,
                let rest = self.permission.refused(at: .now, isServerReady: isServerReady)
            {
                self.continueWithoutAccess(error)
                return rest
            }
            self.isCurrent = false
            let delay = self.state.failed(error)
            if self.failures.record("\(error)") {
                self.logger.warning(
                    "cannot watch Kubernetes objects",
                    [
                        .name: Resource.kind.plural, .error: "\(error)", .retryIn: "\(delay.wholeMilliseconds)",
                        .count: "\(self.failures.count)",
                    ]
                )
            }
            return delay
        }
    }

    private func continueWithoutAccess(_ error: KubernetesError) {
        // A watch from the old version would not bring back what is dropped here.
        self.state.startOver()
        self.isCurrent = true
        // Reported once: a retry is not a new list.
        let isReported = self.withheld != nil
        self.withheld = []
        if isReported { return }
        self.logger.info(
            "not permitted or not installed; continuing without",
            [.name: Resource.kind.plural, .error: "\(error)"]
        )
        self.onEvent(.replaced([]))
    }

    /// Records that the server accepts the watch, and tells what was listed before it: without the watch it would have
    /// had to be taken back.
    private func beginWatch() {
        self.permission.granted()
        self.hear()
        guard let withheld else { return }
        self.withheld = nil
        self.onEvent(.replaced(withheld))
    }

    /// Records that the server does what it is asked for.
    private func hear() {
        self.heard = .now
        self.failures.reset()
        self.isCurrent = true
    }

    private func deliver(_ event: WatchEvent) {
        self.state.received(event)
        self.hear()
        switch event {
        case .added(let object):
            let resource = Resource(object)
            if let createdAt = resource.metadata.createdAt { self.onLag(max(.zero, .now() - createdAt)) }
            self.onEvent(.changed(resource))
        case .modified(let object): self.onEvent(.changed(Resource(object)))
        case .deleted(let object): self.onEvent(.deleted(Resource(object)))
        case .bookmark: break
        }
    }
}
