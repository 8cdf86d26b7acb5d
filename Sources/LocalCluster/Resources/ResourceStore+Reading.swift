internal import MaaSCore

extension ResourceStore {
    /// The object at a key, if it exists.
    subscript(key: ResourceKey) -> JSONValue? { self.objects[key] }

    /// The object at a key; throws `NotFound`.
    func get(_ key: ResourceKey) throws(APIStatus) -> JSONValue {
        guard let object = self.objects[key] else { throw APIStatus.notFound(key) }
        return object
    }

    /// All objects that match a filter, sorted by key.
    func objects(_ filter: ResourceFilter) -> [(key: ResourceKey, value: JSONValue)] {
        Self.select(filter, from: self.objects)
    }

    /// One page of the objects that match a filter.
    ///
    /// All pages of a list have the revision of the first; once the log no longer covers that, this throws `Expired`.
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

    /// The events since `revision`; throws `Expired` when the log no longer covers them, or never had the revision.
    ///
    /// An API server accepts a revision that is still to come and says nothing until then. Ours may have lost its
    /// latest revisions with the machine's power, and counts them anew: what happens under them would be missed.
    func events(_ filter: ResourceFilter, after revision: Int) throws(APIStatus) -> [WatchEvent] {
        guard revision <= self.revision else {
            throw APIStatus(.expired, "Too large resource version: \(revision), current: \(self.revision)")
        }
        guard let changes = self.log.changes(after: revision) else {
            throw APIStatus.expired(revision, current: self.revision)
        }
        return changes.compactMap(filter.event)
    }

    /// The objects at an earlier revision, reconstructed by reverting the changes since then.
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
