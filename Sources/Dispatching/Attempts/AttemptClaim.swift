/// Whose an attempt is.
enum AttemptClaim: Sendable, Hashable {
    /// Its row says that it runs.
    case ours
    /// The cluster showed it, and its row was not asked yet: a deposed dispatcher sees its successor's jobs so.
    case unconfirmed
    /// Its row says that it is over: what is left of it is to go.
    case leftover
    /// Nothing is known of it here, or somebody else leads: it is counted and left alone.
    case foreign
}
