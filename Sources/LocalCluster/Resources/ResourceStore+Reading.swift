internal import MaaSCore

extension ResourceStore {
    /// The object under a key, if there is one.
    subscript(key: ResourceKey) -> JSONValue? { self.objects[key] }

    /// The object under a key; throws `NotFound`.
    func get(_ key: ResourceKey) throws(APIStatus) -> JSONValue {
        guard let object = self.objects[key] else { throw APIStatus.notFound(key) }
        return object
    }

    /// All objects a filter selects, in the order of their keys.
    func objects(_ filter: ResourceFilter) -> [(key: ResourceKey, value: JSONValue)] {
        Self.select(filter, from: self.objects)
    }

    /// One page of what a filter selects.
    ///
    /// All pages of a list show the revision of the first one; when that has left the log the answer is `Expired`.
    func list(_ filter: ResourceFilter, limit: Int? = nil, token: String? = nil) throws(APIStatus) -> ListPage {
        var page = self.revision
        var selected: [(key: ResourceKey, value: JSONValue)]
        if let token {
            let continuation = try ListContinuation(token: token)
            page = continuation.revision
            let last = ResourceKey(filter.kind, namespace: continuation.namespace, name: continuation.name)
            selected = Self.select(filter, from: try self.objects(at: page)).filter { $0.key > last }
        } else {
            selected = self.objects(filter)
        }
        guard let limit, limit > 0, selected.count > limit else {
            return ListPage(items: selected.map(\.value), revision: page, continuation: nil, remaining: nil)
        }
        return ListPage(
            items: selected.prefix(limit).map(\.value),
            revision: page,
            continuation: ListContinuation(revision: page, after: selected[limit - 1].key).token,
            remaining: selected.count - limit
        )
    }

    /// What a watcher that has seen everything up to `revision` has missed; throws `Expired` when that is not known any more.
    func events(_ filter: ResourceFilter, after revision: Int) throws(APIStatus) -> [WatchEvent] {
        guard let changes = self.log.changes(after: revision) else {
            throw APIStatus.expired(revision, current: self.revision)
        }
        return changes.compactMap(filter.event)
    }

    /// The objects as they were at an earlier revision, by taking the changes since then back.
    private func objects(at revision: Int) throws(APIStatus) -> [ResourceKey: JSONValue] {
        guard let changes = self.log.changes(after: revision), revision <= self.revision else {
            throw APIStatus(
                .expired,
                "The provided continue parameter is too old to display a consistent list result. "
                    + "You must start a new list without the continue parameter."
            )
        }
        var past = self.objects
        for change in changes.reversed() { past[change.key] = change.previous }
        return past
    }

    private static func select(
        _ filter: ResourceFilter,
        from objects: [ResourceKey: JSONValue]
    ) -> [(key: ResourceKey, value: JSONValue)] {
        objects.filter { filter.matches($0.key, $0.value) }.sorted { $0.key < $1.key }
    }
}
