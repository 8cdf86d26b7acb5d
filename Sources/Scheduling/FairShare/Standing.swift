/// A user's standing in a class, handed over to the next scheduler.
package struct Standing: Sendable, Hashable {
    package var user: String
    /// Of the class.
    package var rank: Int
    /// GPU-seconds, divided by the weight, that the user is ahead of the class's virtual time. Not below 0: users who
    /// are behind start level.
    package var lead: Double
    /// When the user's last job in the class started, from which ageing counts; nil if none did.
    package var served: Duration?

    package init(user: String, rank: Int, lead: Double, served: Duration? = nil) {
        self.user = user
        self.rank = rank
        self.lead = lead
        self.served = served
    }
}
