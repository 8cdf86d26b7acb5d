/// What a user was charged with for a job that holds GPUs: whoever takes over has to know which of these are in the standings
/// already.
package struct Charge<ID: Hashable & Sendable>: Sendable, Hashable {
    package var id: ID
    package var user: String
    /// GPUs that the job costs.
    package var gpus: Double
    /// GPU-seconds.
    package var amount: Double

    package init(id: ID, user: String, gpus: Double, amount: Double) {
        self.id = id
        self.user = user
        self.gpus = gpus
        self.amount = amount
    }

    /// The same for whoever knows jobs by number.
    var unnamed: RestoredCharge { RestoredCharge(user: self.user, gpus: self.gpus, amount: self.amount) }
}
