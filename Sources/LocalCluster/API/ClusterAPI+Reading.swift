internal import MaaSControl
internal import MaaSCore

extension ClusterAPI {
    /// Answers GET of an object, a list or a watch.
    func read(_ path: ResourcePath, query: [String: String], form: ObjectForm) throws -> WebResponse {
        let list = try ListQuery(query, path: path)
        if list.isWatch { return try self.watch(list, form: form) }
        if let key = path.key {
            let object = try self.cluster.store.get(key)
            switch form {
            case .whole: return .json(object)
            case .table:
                let metadata: JSONValue = ["resourceVersion": .string(object.resourceVersion)]
                return .json(ResourceTable(kind: path.kind, now: .now()).document([object], metadata: metadata))
            }
        }
        if let wanted = list.resourceVersion, wanted > self.cluster.store.revision {
            throw APIStatus(
                .timeout,
                "Too large resource version: \(wanted), current: \(self.cluster.store.revision)",
                details: [
                    "causes": [["reason": "ResourceVersionTooLarge", "message": "Too large resource version"]],
                    "retryAfterSeconds": 1,
                ]
            )
        }
        let page = try self.cluster.store.list(list.filter, limit: list.limit, token: list.continuation)
        var metadata: JSONValue = ["resourceVersion": .string("\(page.revision)")]
        if let token = page.continuation { metadata["continue"] = .string(token) }
        if let remaining = page.remaining { metadata["remainingItemCount"] = .integer(Int64(remaining)) }
        switch form {
        case .table:
            return .json(ResourceTable(kind: path.kind, now: .now()).document(page.items, metadata: metadata))
        case .whole:
            return .json([
                "kind": .string("\(path.kind.kind)List"),
                "apiVersion": .string(path.kind.apiVersion),
                "metadata": metadata,
                "items": .array(page.items),
            ])
        }
    }

    private func watch(_ list: ListQuery, form: ObjectForm) throws -> WebResponse {
        let stream = WatchStream(list, form: form, cluster: self.cluster)
        return .stream(type: "application/json") { try await stream.run(writingTo: $0) }
    }

    /// The log of a container.
    func log(_ path: ResourcePath, query: [String: String]) throws -> WebResponse {
        guard let key = path.key else { throw APIStatus(.badRequest, "a pod is needed") }
        let pod = try self.cluster.store.get(key)
        let container = try Self.container(query["container"], of: pod)
        if ListQuery.flag("previous", in: query) {
            throw APIStatus(
                .badRequest,
                "previous terminated container \"\(container)\" in pod \"\(pod.name)\" not found"
            )
        }
        var wanted = LogQuery()
        wanted.tailLines = try ListQuery.number("tailLines", in: query)
        wanted.byteLimit = try ListQuery.number("limitBytes", in: query)
        wanted.withTimes = ListQuery.flag("timestamps", in: query)
        wanted.follows = ListQuery.flag("follow", in: query)
        if let seconds = try ListQuery.number("sinceSeconds", in: query) {
            wanted.since = Timestamp.now().advanced(bySeconds: -seconds)
        } else {
            wanted.since = query["sinceTime"].flatMap { Timestamp(kubernetesTime: $0) }
        }
        let source = self.cluster.log(of: container, in: pod)
        let stream = LogStream(path: source.path, live: source.live, query: wanted)
        guard stream.hasFile else {
            let statuses = ["containerStatuses", "initContainerStatuses"].flatMap { pod.elements(at: "status", $0) }
            let status = statuses.first { $0.string(at: "name") == container }
            let reason = status?.string(at: "state", "waiting", "reason") ?? "ContainerCreating"
            throw APIStatus(
                .badRequest,
                "container \"\(container)\" in pod \"\(pod.name)\" is waiting to start: \(reason)"
            )
        }
        return .stream(type: "text/plain") { try await stream.run(writingTo: $0) }
    }

    private static func container(_ asked: String?, of pod: JSONValue) throws(APIStatus) -> String {
        let names = ["initContainers", "containers"].flatMap { pod.elements(at: "spec", $0) }.map {
            $0.string(at: "name") ?? ""
        }
        if let asked, !asked.isEmpty {
            guard names.contains(asked) else {
                throw APIStatus(.badRequest, "container \(asked) is not valid for pod \(pod.name)")
            }
            return asked
        }
        let mains = pod.elements(at: "spec", "containers").map { $0.string(at: "name") ?? "" }
        guard mains.count == 1 else {
            throw APIStatus(
                .badRequest,
                "a container name must be specified for pod \(pod.name), choose one of: [\(names.joined(separator: " "))]"
            )
        }
        return mains[0]
    }
}
