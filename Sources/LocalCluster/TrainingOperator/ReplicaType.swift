/// The two roles of a PyTorchJob.
enum ReplicaType: String, Sendable, CaseIterable {
    case master = "Master"
    case worker = "Worker"

    /// The role in names and labels.
    var lowercased: String { self.rawValue.lowercased() }
}
