/// The nodes of a job's pods.
package struct Placement: Sendable, Hashable {
    package struct Pod: Sendable, Hashable {
        package var node: String
        package var gpus: Int
        package var share: GPUShare?

        package init(node: String, gpus: Int, share: GPUShare? = nil) {
            self.node = node
            self.gpus = gpus
            self.share = share
        }
    }

    package var pods: [Pod]

    package init(_ pods: [Pod]) { self.pods = pods }
}
