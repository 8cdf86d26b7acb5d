internal import KubernetesClient
internal import MaaSCore

/// A watcher, what it has told so far, and a way to wait for more.
@LoopActor
final class ResourceFollower<Resource: KubernetesResource> {
    private(set) var resources: [String: Resource] = [:]
    /// How often everything was listed.
    private(set) var lists = 0
    private(set) var lags: [Duration] = []
    /// Whether it was current, after each change.
    private(set) var currency: [Bool] = []
    private let changes: AsyncStream<Void>
    private var watcher: ResourceWatcher<Resource>?

    /// Follows what `selector` selects in the namespace `maas`, once the first list is there.
    init(
        _ client: KubernetesClient,
        selector: String? = nil,
        isOptional: Bool = false,
        isServerReady: @escaping @LoopActor () -> Bool = { true },
        doubt: Duration = .seconds(60)
    ) async throws {
        let (changes, continuation) = AsyncStream.makeStream(of: Void.self)
        self.changes = changes
        let watcher = ResourceWatcher<Resource>(
            client: client,
            namespace: "maas",
            selector: selector,
            isOptional: isOptional,
            isServerReady: isServerReady,
            doubt: doubt,
            logger: Logger(service: "tests", level: .error),
            onLag: { [weak self] in self?.lags.append($0) },
            onCurrency: { [weak self] in
                self?.noteCurrency()
                continuation.yield()
            },
            onEvent: { [weak self] event in
                self?.take(event)
                continuation.yield()
            }
        )
        self.watcher = watcher
        watcher.start()
        try await self.wait { $0.lists == 1 }
    }

    subscript(name: String) -> Resource? { self.resources[name] }

    /// Waits until `condition` holds, which is looked at after each event.
    func wait(until condition: @LoopActor (ResourceFollower) -> Bool) async throws {
        if condition(self) { return }
        for await _ in self.changes where condition(self) { return }
        throw CancellationError()
    }

    func stop() async { await self.watcher?.stop() }

    private func noteCurrency() { if let watcher = self.watcher { self.currency.append(watcher.isCurrent) } }

    private func take(_ event: ResourceEvent<Resource>) {
        switch event {
        case .replaced(let resources):
            self.lists += 1
            self.resources = Dictionary(uniqueKeysWithValues: resources.map { ($0.metadata.name, $0) })
        case .changed(let resource): self.resources[resource.metadata.name] = resource
        case .deleted(let resource): self.resources[resource.metadata.name] = nil
        }
    }
}
