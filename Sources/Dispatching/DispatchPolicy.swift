package import Scheduling

/// The core's configuration.
package struct DispatchPolicy: Sendable, Hashable {
    package var attempts: AttemptPolicy
    package var scheduling: SchedulingPolicy

    package init(attempts: AttemptPolicy = AttemptPolicy(), scheduling: SchedulingPolicy = SchedulingPolicy()) {
        self.attempts = attempts
        self.scheduling = scheduling
    }
}
