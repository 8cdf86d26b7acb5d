/// A node that may take jobs: ready, schedulable and tolerated. Others are left out by the caller.
package struct NodeCapacity: Sendable, Hashable {
    package var name: String
    /// GPUs that jobs of ours may use: what it offers, less what others hold.
    package var gpus: Int

    package init(name: String, gpus: Int) {
        self.name = name
        self.gpus = gpus
    }
}
