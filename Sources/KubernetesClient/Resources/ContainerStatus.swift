package import MaaSCore

/// The state of one container of a pod.
package struct ContainerStatus: Sendable, Hashable {
    package enum State: Sendable, Hashable {
        /// Not started, because of `reason`: `ContainerCreating`, `PodInitializing`, `ImagePullBackOff`, …
        case waiting(reason: String?, message: String?)
        case running
        case terminated(Termination)
    }

    /// How a container ended.
    package struct Termination: Sendable, Hashable {
        package let exitCode: Int
        /// `Completed`, `Error`, `OOMKilled`, …
        package let reason: String?
        /// What the container wrote to its termination log.
        package let message: String?
    }

    package let name: String
    package let state: State

    package init(_ status: JSONValue) {
        self.name = status["name"]?.string ?? ""
        if let ended = status["state"]?["terminated"] {
            self.state = .terminated(
                Termination(
                    exitCode: ended["exitCode"]?.integer.map { Int($0) } ?? 0,
                    reason: ended["reason"]?.string,
                    message: ended["message"]?.string
                )
            )
        } else if status["state"]?["running"] != nil {
            self.state = .running
        } else {
            let waiting = status["state"]?["waiting"]
            self.state = .waiting(reason: waiting?["reason"]?.string, message: waiting?["message"]?.string)
        }
    }

    /// How it ended, if it has.
    package var termination: Termination? {
        if case .terminated(let termination) = self.state { termination } else { nil }
    }

    /// Why it waits, if it does.
    package var waitingReason: String? {
        if case .waiting(let reason, _) = self.state { reason } else { nil }
    }
}
