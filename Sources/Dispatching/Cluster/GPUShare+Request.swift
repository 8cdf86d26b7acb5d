package import MaaSCore
package import Scheduling

extension GPUShare {
    package init(_ share: GPURequest.Share) {
        let memory: Memory =
            switch share.memory {
            case .mebibytes(let mebibytes): .mebibytes(mebibytes)
            case .percent(let percent): .percent(percent)
            }
        self.init(memory: memory, cores: share.cores)
    }
}
