/// How a user stands in a class: what a scheduler that takes over has to know of the one before.
package struct Standing: Sendable, Hashable {
    package var user: String
    /// Of the class.
    package var rank: Int
    /// GPU-seconds, divided by the weight, that the user was given ahead of those whose turn it is. Not below 0: who is
    /// behind starts level.
    package var lead: Double
    /// When a job of the user started in the class last: ageing counts from there. Nil: none did.
    package var served: Duration?

    package init(user: String, rank: Int, lead: Double, served: Duration? = nil) {
        self.user = user
        self.rank = rank
        self.lead = lead
        self.served = served
    }
}
