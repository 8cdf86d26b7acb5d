/// The Redis keys that services share, besides the streams with configurable names.
package enum SharedKeys {
    /// A hash from task id to ``TaskWait/text``, written by the dispatcher for queued tasks.
    package static let positions = "maas:positions"

    /// The number of GPUs for tasks, written by the dispatcher; expires when no dispatcher runs.
    package static let capacity = "maas:capacity"

    /// A stream of ``Revocation``: keys and users that lost access, whose cached access must be dropped.
    package static let revocations = "maas:revocations"
}
