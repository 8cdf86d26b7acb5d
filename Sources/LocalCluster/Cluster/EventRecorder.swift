internal import MaaSCore

/// Creates `Event` objects from notes; a repeated note increments the count of the existing event.
struct EventRecorder: Sendable {
    /// How many seconds an event is kept, as in Kubernetes.
    static let lifetime = 3600

    private struct Identity: Hashable {
        let uid: String
        let note: EventNote
    }

    private var known: [Identity: ResourceKey] = [:]
    private var serial = 0

    /// Records a note about an object.
    mutating func record(
        _ note: EventNote,
        about key: ResourceKey,
        uid: String,
        by component: String,
        in store: inout ResourceStore,
        now: Timestamp
    ) {
        let identity = Identity(uid: uid, note: note)
        let time = JSONValue.string(now.kubernetesTime)
        if let event = self.known[identity], store[event] != nil {
            store.modify(event) { event in
                event["count"] = .integer(Int64((event.integer(at: "count") ?? 1) + 1))
                event["lastTimestamp"] = time
            }
            return
        }
        self.serial += 1
        var involved: JSONValue = [
            "apiVersion": .string(key.kind.apiVersion),
            "kind": .string(key.kind.kind),
            "name": .string(key.name),
            "uid": .string(uid),
        ]
        if !key.namespace.isEmpty { involved["namespace"] = .string(key.namespace) }
        let home = key.namespace.isEmpty ? "default" : key.namespace
        // The time keeps names unique after a restart, when the serial starts over.
        let name = "\(key.name).\(String(now.milliseconds, radix: 16))\(String(self.serial, radix: 16))"
        let draft: JSONValue = [
            "metadata": ["name": .string(name)],
            "involvedObject": involved,
            "type": .string(note.severity.rawValue),
            "reason": .string(note.reason),
            "message": .string(note.message),
            "count": 1,
            "firstTimestamp": time,
            "lastTimestamp": time,
            "source": ["component": .string(component)],
            "reportingComponent": .string(component),
            "reportingInstance": "",
        ]
        // Fails in a namespace that is being deleted, where the event does not matter.
        guard (try? store.create(.events, namespace: home, draft, now: now)) != nil else { return }
        self.known[identity] = ResourceKey(.events, namespace: home, name: name)
    }

    /// Removes expired events.
    mutating func prune(_ store: inout ResourceStore, now: Timestamp) {
        let limit = now.advanced(bySeconds: -Self.lifetime).kubernetesTime
        for (key, event) in store.objects(ResourceFilter(kind: .events))
        where event.string(at: "lastTimestamp").map({ $0 < limit }) ?? false {
            _ = try? store.delete(key, DeletionOptions(), now: now)
        }
        self.known = self.known.filter { store[$0.value] != nil }
    }
}
