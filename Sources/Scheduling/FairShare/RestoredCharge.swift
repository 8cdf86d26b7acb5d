/// A ``Charge`` of the previous scheduler, for a job not yet reported to this one.
struct RestoredCharge: Sendable {
    var user: String
    var gpus: Double
    var amount: Double
}
