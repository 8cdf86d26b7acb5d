internal import MaaSControl
internal import MaaSCore

extension ClusterAPI {
    func create(_ path: ResourcePath, _ document: JSONValue, query: [String: String]) throws -> WebResponse {
        if path.kind.isNamespaced, path.namespace == nil {
            throw APIStatus(.badRequest, "an empty namespace may not be set during creation")
        }
        let namespace = path.namespace ?? ""
        let draft = try self.admit(document, path, query: query)
        let object = try self.change(query) { store throws(APIStatus) in
            try store.create(path.kind, namespace: namespace, draft, now: .now())
        }
        return .json(object, status: 201)
    }

    func update(_ path: ResourcePath, _ document: JSONValue, query: [String: String]) throws -> WebResponse {
        guard let key = path.key else { throw APIStatus(.badRequest, "name is needed") }
        if key.kind == .pyTorchJobs, document.resourceVersion.isEmpty {
            let fault = FieldFault.invalid("metadata.resourceVersion", "0x0", "must be specified for an update")
            throw APIStatus.invalid(key.kind, name: key.name, [fault])
        }
        return .json(try self.replace(path, key, with: document, query: query))
    }

    func patch(
        _ path: ResourcePath,
        _ document: JSONValue,
        type: String,
        query: [String: String]
    ) throws -> WebResponse {
        guard let key = path.key else { throw APIStatus(.badRequest, "name is needed") }
        let present = self.cluster.store[key]
        if type == "application/apply-patch+yaml", present == nil {
            return try self.create(path, document, query: query)
        }
        let object = try self.cluster.store.get(key)
        let changed: JSONValue
        switch type {
        case "application/merge-patch+json", "application/apply-patch+yaml":
            changed = DocumentPatch.merge(document, into: object)
        case "application/strategic-merge-patch+json" where key.kind != .pyTorchJobs:
            changed = DocumentPatch.strategicMerge(document, into: object)
        default:
            throw APIStatus(
                .unsupportedMediaType,
                "the body of the request was in an unknown format - accepted media types include: "
                    + "application/merge-patch+json, application/apply-patch+yaml"
            )
        }
        return .json(try self.replace(path, key, with: changed, query: query))
    }

    func delete(_ path: ResourcePath, _ document: JSONValue, query: [String: String]) throws -> WebResponse {
        var options = try DeletionOptions(document)
        if let text = query["propagationPolicy"] { try options.setPropagation(text) }
        if let seconds = try ListQuery.number("gracePeriodSeconds", in: query) { try options.setGracePeriod(seconds) }
        if query["dryRun"] == "All" { options.isDryRun = true }
        var query = query
        if options.isDryRun { query["dryRun"] = "All" }
        guard let key = path.key else { return try self.deleteAll(path, options, query: query) }
        let deletion = try self.change(query) { [options] store throws(APIStatus) in
            try store.delete(key, options, now: .now())
        }
        switch deletion {
        case .pending(let object): return .json(object)
        // Among built-in kinds only the deletion of a pod answers with the object.
        case .removed(let object) where key.kind == .pods: return .json(object)
        case .removed(let object):
            return .json([
                "kind": "Status",
                "apiVersion": "v1",
                "metadata": [:],
                "status": "Success",
                "details": [
                    "name": .string(key.name), "group": .string(key.kind.group), "kind": .string(key.kind.plural),
                    "uid": .string(object.uid),
                ],
            ])
        }
    }

    private func deleteAll(_ path: ResourcePath, _ options: DeletionOptions, query: [String: String]) throws
        -> WebResponse
    {
        let list = try ListQuery(query, path: path)
        let page = try self.cluster.store.list(list.filter)
        for object in page.items {
            let key = ResourceKey(path.kind, namespace: object.namespace, name: object.name)
            _ = try self.change(query) { store throws(APIStatus) in try store.delete(key, options, now: .now()) }
        }
        return .json([
            "kind": .string("\(path.kind.kind)List"),
            "apiVersion": .string(path.kind.apiVersion),
            "metadata": ["resourceVersion": .string("\(page.revision)")],
            "items": .array(page.items),
        ])
    }

    private func replace(
        _ path: ResourcePath,
        _ key: ResourceKey,
        with document: JSONValue,
        query: [String: String]
    ) throws(APIStatus) -> JSONValue {
        if path.subresource == "status" {
            return try self.change(query) { store throws(APIStatus) in try store.updateStatus(key, document) }
        }
        let draft = try self.admit(document, path, query: query)
        return try self.change(query) { store throws(APIStatus) in try store.update(key, draft) }
    }

    /// Changes the cluster; a dry run changes a discarded copy of the store.
    private func change<Result>(
        _ query: [String: String],
        _ body: (inout ResourceStore) throws(APIStatus) -> Result
    ) throws(APIStatus) -> Result {
        switch query["dryRun"] {
        case nil, "": return try self.cluster.change(body)
        case "All":
            var copy = self.cluster.store
            return try body(&copy)
        case let other?:
            throw APIStatus(.badRequest, "dryRun: Unsupported value: \"\(other)\": supported values: \"All\"")
        }
    }

    /// Applies admission to a document that is to be stored: validates it, and fills in defaults.
    private func admit(
        _ document: JSONValue,
        _ path: ResourcePath,
        query: [String: String]
    ) throws(APIStatus) -> JSONValue {
        let kind = path.kind
        let said = (document.string(at: "apiVersion") ?? kind.apiVersion, document.string(at: "kind") ?? kind.kind)
        guard case .object = document, said == (kind.apiVersion, kind.kind) else {
            throw APIStatus(
                .badRequest,
                "the API version in the data (\(said.0), Kind=\(said.1)) does not match the expected API version "
                    + "(\(kind.apiVersion), Kind=\(kind.kind))"
            )
        }
        if let namespace = document.string(at: "metadata", "namespace"), !namespace.isEmpty,
            namespace != path.namespace ?? ""
        {
            throw APIStatus(
                .badRequest,
                "the namespace of the provided object does not match the namespace sent on the request"
            )
        }
        if query["fieldValidation"] == "Strict" {
            let unknown = KnownFields.unknown(in: document, kind: kind)
            if !unknown.isEmpty {
                let list = unknown.map { "unknown field \"\($0)\"" }.joined(separator: ", ")
                throw APIStatus(
                    .badRequest,
                    "\(kind.kind) in version \"\(kind.version)\" cannot be handled as a \(kind.kind): strict decoding error: \(list)"
                )
            }
        }
        var object = document
        if kind == .pyTorchJobs {
            if path.name == nil { object["status"] = nil }
            if self.cluster.faults.isWebhookDown { throw FaultPlan.webhookOutage }
            var named = object
            // A generated name is checked in its final form.
            if object.name.isEmpty {
                named[path: "metadata", "name"] = .string("\(object.string(at: "metadata", "generateName") ?? "")00000")
            }
            try PyTorchJobAdmission.check(named)
        } else if kind == .jobs {
            if path.name == nil { object["status"] = nil }
            object = BatchJobAdmission.withDefaults(object)
            try BatchJobAdmission.check(object)
        } else if kind == .pods, path.name == nil {
            try PodAdmission.check(object)
            object = PodAdmission.withDefaults(object)
        }
        return object
    }
}
