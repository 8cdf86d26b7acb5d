internal import MaaSCore

/// A known failure, recognized by what Wan2.2, PyTorch and torchrun print.
struct FailurePattern {
    let code: FailureCode
    var isRetryable = false
    /// A sentence for the user.
    let message: String
    /// Matches when one line contains all texts of one alternative.
    let alternatives: [[String]]
    /// Matches only when one line contains all of these texts, too.
    var condition: [String]?
    /// Does not match when one line contains all of these texts.
    var exception: [String]?

    func matches(_ lines: [String]) -> Bool {
        let isFound = { (texts: [String]) in lines.contains { line in texts.allSatisfy(line.contains) } }
        if let condition = self.condition, !isFound(condition) { return false }
        if let exception = self.exception, isFound(exception) { return false }
        return self.alternatives.contains(where: isFound)
    }

    func failure(exitCode: Int? = nil) -> TaskFailure {
        TaskFailure(self.code, message: self.message, isRetryable: self.isRetryable, exitCode: exitCode)
    }

    /// A process's exit status as torchrun's report has it. All of it counts: a line of its log before that has
    /// `exitcode: 1` and `local_rank: 2 (pid`.
    private static func exit(_ status: Int) -> String { "exitcode  : \(status) (pid" }

    private static let littleMemory = "The GPU has too little memory for this size and number of frames."

    static let diskFull = FailurePattern(
        code: .diskFull,
        isRetryable: true,
        message: "The machine's disk is full.",
        alternatives: [["No space left on device"], ["Disk quota exceeded"]]
    )

    /// The most specific first: running out of memory on one GPU also ends in torchrun's report of a failed child.
    static let causes = [
        FailurePattern(
            code: .gpuOutOfMemory,
            message: Self.littleMemory,
            alternatives: [
                ["CUDA out of memory"], ["CUDA error: out of memory"], ["CUDA driver error: out of memory"],
                ["CUDA_ERROR_OUT_OF_MEMORY"], ["torch.OutOfMemoryError"], ["CUBLAS_STATUS_ALLOC_FAILED"],
                ["Cuda failure", "out of memory"],  // NCCL's
            ]
        ),
        FailurePattern(
            code: .hostOutOfMemoryOrKilled,
            isRetryable: true,
            message: "A process of the generator was killed, most likely because it ran out of memory.",
            alternatives: [["exitcode", ": -9"], ["Signal 9 (SIGKILL) received by PID"]]
        ),
        FailurePattern(
            code: .ncclError,
            isRetryable: true,
            message: "The shared memory of the pod is full.",
            alternatives: [["/dev/shm", "No space left on device"]]
        ),
        Self.diskFull,
        FailurePattern(
            code: .checkpointMissing,
            message: "The model's weights are missing or incomplete.",
            alternatives: [
                ["FileNotFoundError", ".pth"], ["FileNotFoundError", "config.json"],
                ["FileNotFoundError", ".safetensors"], ["OSError", "no file named"],
                ["Please specify the checkpoint directory"],
                // Of files that were cut off, or are pages or git-lfs's pointers instead.
                ["PytorchStreamReader failed"], ["UnpicklingError: invalid load key"],
                ["UnpicklingError: Weights only load failed"], ["SafetensorError", "deserializing header"],
                ["OSError: Unable to load weights from checkpoint file"],
                ["OSError: You seem to have cloned a repository without having git-lfs installed"],
            ]
        ),
        FailurePattern(
            code: .noFlashAttention,
            message: "The image lacks flash-attn.",
            alternatives: [["assert FLASH_ATTN_2_AVAILABLE"]]
        ),
        FailurePattern(
            code: .noGPU,
            isRetryable: true,
            message: "The pod sees no GPU that works.",
            // What torch says when it first looks for GPUs: c10/cuda/CUDAFunctions.cpp.
            alternatives: [
                ["No CUDA GPUs are available"], ["Found no NVIDIA driver"], ["not compiled with CUDA enabled"],
                ["NVIDIA driver on your system is too old"], ["CUDA driver initialization failed"],
                ["CUDA unknown error - "], ["Unexpected error from cudaGetDeviceCount()"],
            ]
        ),
        FailurePattern(
            code: .cudaError,
            isRetryable: true,
            message: "The GPU reported an error.",
            alternatives: [["CUDA error:"], ["cuDNN error:"], ["CUBLAS_STATUS_"], ["uncorrectable ECC error"]]
        ),
        FailurePattern(
            code: .badArguments,
            message: "The generator does not take these parameters.",
            // When its processes exit with argparse's status, torchrun exits with one of its own.
            alternatives: [["AssertionError: Unsupport size"], [Self.exit(2)]]
        ),
    ]

    /// HAMi refused an allocation at its own limit, below that of the card. Alone it is no cause: torch then frees what
    /// it keeps, and tries again. NCCL does not, and may not say what its error was.
    static let refusedAllocation = FailurePattern(
        code: .gpuOutOfMemory,
        message: Self.littleMemory,
        alternatives: [["HAMI-core", "Device ", " OOM "]],
        condition: ["NCCL error", "unhandled cuda error"]
    )

    /// What comes after any cause, also one that is not known: a process that ends takes down those of the other GPUs,
    /// which then report NCCL errors and may abort. A crash that nothing explains comes last.
    static let echoes = [
        FailurePattern(
            code: .ncclTimeout,
            isRetryable: true,
            message: "The GPUs of the job timed out waiting for each other.",
            alternatives: [["Watchdog caught collective operation timeout"]]
        ),
        FailurePattern(
            code: .ncclError,
            isRetryable: true,
            message: "Communication with another process of the job failed.",
            alternatives: [
                ["NCCL error"], ["ncclRemoteError"], ["DistBackendError"], ["DistNetworkError"], ["DistStoreError"],
                ["Connection closed by peer"], ["gloo/transport/tcp/", "Connection reset by peer"],
            ]
        ),
        FailurePattern(
            code: .crashed,
            isRetryable: true,
            message: "A process of the generator was killed by a signal.",
            // SIGILL, SIGABRT, SIGBUS, SIGFPE and SIGSEGV; torchrun itself ends the others by SIGTERM.
            alternatives: [4, 6, 7, 8, 11].map { [Self.exit(-$0)] },
            // One that ended with an error of its own says why.
            exception: [Self.exit(1)]
        ),
    ]
}
