/// What a running task is doing, in the order in which a generation goes through it.
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
