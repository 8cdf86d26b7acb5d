/// Which nodes hold how many of a job's GPUs.
package struct Placement: Sendable, Hashable {
    package var gpusPerNode: [String: Int]

    package init(gpusPerNode: [String: Int]) { self.gpusPerNode = gpusPerNode }
}
