/// Who owns an attempt.
enum AttemptClaim: Sendable, Hashable {
    /// Ours: its row is RUNNING.
    case ours
    /// Seen in the cluster, row not read yet. A deposed dispatcher sees its successor's jobs like this.
    case unconfirmed
    /// Its row says that it is over; the rest of it has to be removed.
    case leftover
    /// Unknown to the database: counted, otherwise left alone.
    case foreign
}
