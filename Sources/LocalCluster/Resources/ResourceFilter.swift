internal import MaaSCore

/// The selection of objects for a list or a watch.
struct ResourceFilter: Sendable, Hashable {
    let kind: ResourceKind
    /// Nil for every namespace.
    var namespace: String?
    var labels = LabelSelector.everything
    var fields = FieldSelector.everything

    func matches(_ key: ResourceKey, _ object: JSONValue) -> Bool {
        key.kind == self.kind && (self.namespace == nil || self.namespace == key.namespace)
            && self.labels.matches(object.strings(at: "metadata", "labels")) && self.fields.matches(object)
    }

    /// The event that a watch with this filter gets for a change.
    ///
    /// An object that starts to match is added, and one that no longer matches is deleted, whatever the change was.
    func event(for change: ResourceChange) -> WatchEvent? {
        let isMatch = change.kind != .deleted && self.matches(change.key, change.object)
        let wasMatch = change.previous.map { self.matches(change.key, $0) } ?? false
        switch (wasMatch, isMatch) {
        case (false, false): return nil
        case (false, true): return WatchEvent(type: .added, object: change.object)
        case (true, true): return WatchEvent(type: .modified, object: change.object)
        case (true, false): return WatchEvent(type: .deleted, object: change.object)
        }
    }
}
