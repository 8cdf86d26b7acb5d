/// The keys in Redis that services share, besides the streams whose names are configuration.
package enum SharedKeys {
    /// A hash from task id to ``TaskWait/text``, written by the dispatcher for queued tasks.
    package static let positions = "maas:positions"

    /// How many GPUs there are for tasks, written by the dispatcher; runs out when there is none.
    package static let capacity = "maas:capacity"

    /// A stream of ``Revocation``: keys and users whose access ended. What was cached of them is to be dropped.
    package static let revocations = "maas:revocations"
}
