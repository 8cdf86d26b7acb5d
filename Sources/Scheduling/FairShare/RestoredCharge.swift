/// A ``Charge`` by a scheduler before this one, for a job of which nothing was heard yet.
struct RestoredCharge: Sendable {
    var user: String
    var gpus: Double
    var amount: Double
}
