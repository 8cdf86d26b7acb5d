/// A node that may take jobs: ready and schedulable. Others are left out by the caller.
package struct NodeCapacity: Sendable, Hashable {
    package var name: String
    /// GPUs it offers to jobs.
    package var gpus: Int

    package init(name: String, gpus: Int) {
        self.name = name
        self.gpus = gpus
    }
}
