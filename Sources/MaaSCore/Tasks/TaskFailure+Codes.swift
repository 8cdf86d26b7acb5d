extension TaskFailure {
    /// The failure codes that MaaS itself uses. A template's own program may report any others.
    package static let codes: Set<String> = [
        // The dispatcher's.
        "CLUSTER_QUOTA", "CONTAINER_CANNOT_RUN", "DEADLINE", "GENERATION_FAILED", "HOST_OOM_OR_KILLED",
        "IMAGE_PULL_FAILED", "JOB_LOST", "NAME_TAKEN", "NODE_LOST", "NOT_PLACED",
        "NOT_STARTED", "OUTPUT_MISSING", "POD_FAILED", "PREEMPTED", "TEMPLATE_ERROR", "TEMPLATE_REJECTED",
        // The reporter's and run.sh's.
        "BAD_ARGS", "CKPT_MISSING", "COMMAND_NOT_FOUND", "CRASHED", "CUDA_ERROR", "DISK_FULL", "GENERATOR_FAILED",
        "GPU_OOM", "IMAGE_INCOMPLETE", "INPUT_DOWNLOAD_FAILED", "INPUT_INVALID", "INPUT_MISSING", "NCCL_ERROR",
        "NCCL_TIMEOUT", "NO_FLASH_ATTN", "NO_GPU", "POSTPROCESS_FAILED", "TERMINATED", "UPLOAD_FAILED",
    ]

    /// The code as a metric label, which must be one of few: `other` if it is not in ``codes``.
    package var label: String { Self.codes.contains(self.code) ? self.code : Self.otherLabel }

    /// All values of ``label``.
    package static var labels: Set<String> { Self.codes.union([Self.otherLabel]) }

    private static let otherLabel = "other"
}
