internal import MaaSCore

/// The status that `kubectl get pods` shows for a pod; `printPod` of `k8s.io/kubernetes/pkg/printers`.
struct PodSummary: Sendable {
    let text: String

    init(_ pod: JSONValue) {
        if pod.isBeingDeleted {
            self.text = "Terminating"
            return
        }
        let phase = pod.string(at: "status", "phase") ?? "Unknown"
        if let reason = pod.string(at: "status", "reason") {
            self.text = reason
            return
        }
        let initial = pod.elements(at: "status", "initContainerStatuses")
        if let index = initial.firstIndex(where: { $0.integer(at: "state", "terminated", "exitCode") != 0 }) {
            self.text = "Init:" + (Self.reason(of: initial[index]) ?? "\(index)/\(initial.count)")
            return
        }
        let reasons = pod.elements(at: "status", "containerStatuses").compactMap(Self.reason)
        self.text = reasons.first { $0 != "Completed" } ?? reasons.first ?? phase
    }

    /// Why a container waits or has ended; nil while it runs.
    private static func reason(of status: JSONValue) -> String? {
        if let reason = status.string(at: "state", "terminated", "reason") { return reason }
        guard let reason = status.string(at: "state", "waiting", "reason"), reason != "PodInitializing" else {
            return nil
        }
        return reason
    }
}
