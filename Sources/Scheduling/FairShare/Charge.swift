/// A user's charge for a job that holds GPUs. A successor has to know which of these the standings include.
package struct Charge<ID: Hashable & Sendable>: Sendable, Hashable {
    package var id: ID
    package var user: String
    /// GPUs that the job is charged for.
    package var gpus: Double
    /// GPU-seconds.
    package var amount: Double

    package init(id: ID, user: String, gpus: Double, amount: Double) {
        self.id = id
        self.user = user
        self.gpus = gpus
        self.amount = amount
    }

    /// The charge without the job's name.
    var unnamed: RestoredCharge { RestoredCharge(user: self.user, gpus: self.gpus, amount: self.amount) }
}
