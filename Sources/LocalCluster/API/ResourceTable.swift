internal import MaaSCore

/// Objects as the rows `kubectl get` prints: the `Table` form of an answer.
struct ResourceTable: Sendable {
    /// One column: its heading, its type, and whether only `-o wide` shows it.
    struct Column: Sendable {
        let name: String
        let type: String
        let isWide: Bool

        init(_ name: String, _ type: String = "string", isWide: Bool = false) {
            self.name = name
            self.type = type
            self.isWide = isWide
        }
    }

    let kind: ResourceKind
    let now: Timestamp

    /// The whole table of a list.
    func document(_ objects: [JSONValue], metadata: JSONValue) -> JSONValue {
        [
            "kind": "Table",
            "apiVersion": "meta.k8s.io/v1",
            "metadata": metadata,
            "columnDefinitions": .array(self.columns.map(self.definition)),
            "rows": .array(objects.map(self.row)),
        ]
    }

    private func definition(_ column: Column) -> JSONValue {
        [
            "name": .string(column.name),
            "type": .string(column.type),
            "format": column.name == "Name" ? "name" : "",
            "description": "",
            "priority": column.isWide ? 1 : 0,
        ]
    }

    private func row(_ object: JSONValue) -> JSONValue {
        [
            "cells": .array(self.cells(object)),
            "object": [
                "kind": "PartialObjectMetadata",
                "apiVersion": "meta.k8s.io/v1",
                "metadata": object["metadata"] ?? [:],
            ],
        ]
    }

    private var columns: [Column] {
        switch self.kind {
        case .pyTorchJobs:
            [
                Column("Name"), Column("State"), Column("Age"), Column("Replicas", isWide: true),
                Column("GPUs", isWide: true),
            ]
        case .pods:
            [
                Column("Name"), Column("Ready"), Column("Status"), Column("Restarts", "integer"), Column("Age"),
                Column("Node", isWide: true), Column("GPUs", isWide: true),
            ]
        case .nodes:
            [
                Column("Name"), Column("Status"), Column("Roles"), Column("Age"), Column("Version"),
                Column("GPUs", isWide: true), Column("Container-Runtime", isWide: true),
            ]
        case .jobs:
            [Column("Name"), Column("Completions"), Column("Age")]
        case .events:
            [Column("Last Seen"), Column("Type"), Column("Reason"), Column("Object"), Column("Message")]
        case .namespaces:
            [Column("Name"), Column("Status"), Column("Age")]
        default:
            [Column("Name"), Column("Age")]
        }
    }

    private func cells(_ object: JSONValue) -> [JSONValue] {
        let name = JSONValue.string(object.name)
        let age = self.age(object.string(at: "metadata", "creationTimestamp"))
        switch self.kind {
        case .pyTorchJobs:
            let layout = PyTorchJobLayout(object)
            let gpus = layout.replicas.reduce(0) { $0 + layout.pod(for: $1).requestedGPUs }
            // The column of the real CRD: the last condition, whatever its status.
            let state = object.elements(at: "status", "conditions").last?.string(at: "type") ?? ""
            return [name, .string(state), age, .string("\(layout.replicas.count)"), .string("\(gpus)")]
        case .pods:
            let statuses = object.elements(at: "status", "containerStatuses")
            let ready = statuses.filter { $0.bool(at: "ready") == true }.count
            let node = object.string(at: "spec", "nodeName") ?? "<none>"
            let gpus = object.string(at: "metadata", "annotations", PodScheduler.gpuAnnotation) ?? "<none>"
            return [
                name, .string("\(ready)/\(object.elements(at: "spec", "containers").count)"),
                .string(PodSummary(object).text), 0, age, .string(node), .string(gpus),
            ]
        case .nodes:
            let status = object.bool(at: "spec", "unschedulable") == true ? "Ready,SchedulingDisabled" : "Ready"
            let runtime = object.string(at: "status", "nodeInfo", "containerRuntimeVersion") ?? ""
            return [
                name, .string(status), "control-plane", age, .string(ServerVersion.git),
                .string("\(object.allocatableGPUs)"), .string(runtime),
            ]
        case .jobs:
            let (done, wanted) = (object.integer(at: "status", "succeeded"), object.integer(at: "spec", "completions"))
            return [name, .string("\(done ?? 0)/\(wanted ?? 1)"), age]
        case .events:
            let involved = object["involvedObject"] ?? [:]
            let subject = "\((involved.string(at: "kind") ?? "").lowercased())/\(involved.string(at: "name") ?? "")"
            return [
                self.age(object.string(at: "lastTimestamp")), .string(object.string(at: "type") ?? ""),
                .string(object.string(at: "reason") ?? ""), .string(subject),
                .string(object.string(at: "message") ?? ""),
            ]
        case .namespaces:
            return [name, .string(object.string(at: "status", "phase") ?? ""), age]
        default:
            return [name, age]
        }
    }

    /// A time as kubectl shows ages: `12s`, `5m`, `3h`, `2d`.
    private func age(_ text: String?) -> JSONValue {
        guard let time = text.flatMap(Timestamp.init(kubernetesTime:)) else { return "<unknown>" }
        let seconds = max(0, (self.now - time).components.seconds)
        switch seconds {
        case ..<120: return .string("\(seconds)s")
        case ..<600: return .string(seconds % 60 == 0 ? "\(seconds / 60)m" : "\(seconds / 60)m\(seconds % 60)s")
        case ..<10_800: return .string("\(seconds / 60)m")
        case ..<172_800: return .string("\(seconds / 3600)h")
        default: return .string("\(seconds / 86_400)d")
        }
    }
}
