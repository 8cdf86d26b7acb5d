/// The failure codes that MaaS itself uses. A template's own program may report any others.
package enum FailureCode: String, Sendable, CaseIterable {
    // The dispatcher's.
    case clusterQuota = "CLUSTER_QUOTA"
    case containerCannotRun = "CONTAINER_CANNOT_RUN"
    case deadline = "DEADLINE"
    /// Also the reporter's, if its child was killed.
    case hostOutOfMemoryOrKilled = "HOST_OOM_OR_KILLED"
    case imagePullFailed = "IMAGE_PULL_FAILED"
    /// The job was removed while it ran.
    case jobLost = "JOB_LOST"
    /// Another job has the attempt's name.
    case nameTaken = "NAME_TAKEN"
    case nodeLost = "NODE_LOST"
    /// No node took the pods in time.
    case notPlaced = "NOT_PLACED"
    /// The job got no pods in time, or they never ran, and nothing says why.
    case notStarted = "NOT_STARTED"
    /// Also the reporter's, if the program itself says so.
    case outputMissing = "OUTPUT_MISSING"
    /// The job failed, and no pod says why.
    case podFailed = "POD_FAILED"
    case preempted = "PREEMPTED"
    /// The template makes no job of the task's parameters.
    case templateError = "TEMPLATE_ERROR"
    /// The cluster rejects the job that the template makes.
    case templateRejected = "TEMPLATE_REJECTED"

    // The reporter's and run.sh's.
    case badArguments = "BAD_ARGS"
    case checkpointMissing = "CKPT_MISSING"
    case commandNotFound = "COMMAND_NOT_FOUND"
    /// A signal ended a process of the generator.
    case crashed = "CRASHED"
    case cudaError = "CUDA_ERROR"
    case diskFull = "DISK_FULL"
    /// The generator failed, and its output has nothing that is known. Also the dispatcher's, of a pod that left no
    /// report.
    case generatorFailed = "GENERATOR_FAILED"
    case gpuOutOfMemory = "GPU_OOM"
    /// The image lacks a package or a library.
    case imageIncomplete = "IMAGE_INCOMPLETE"
    case inputDownloadFailed = "INPUT_DOWNLOAD_FAILED"
    case inputInvalid = "INPUT_INVALID"
    case inputMissing = "INPUT_MISSING"
    case ncclError = "NCCL_ERROR"
    case ncclTimeout = "NCCL_TIMEOUT"
    case noFlashAttention = "NO_FLASH_ATTN"
    case noGPU = "NO_GPU"
    case postprocessFailed = "POSTPROCESS_FAILED"
    /// The pod was told to stop.
    case terminated = "TERMINATED"
    case uploadFailed = "UPLOAD_FAILED"
}
