/// The stages of a running task, in order.
package enum TaskStage: String, Sendable, Codable, CaseIterable, Comparable {
    case scheduling
    case pulling
    case downloadingInputs = "downloading_inputs"
    case loadingModel = "loading_model"
    case denoising
    case decoding
    case postprocessing
    case uploading

    private var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    package static func < (left: TaskStage, right: TaskStage) -> Bool { left.order < right.order }
}
