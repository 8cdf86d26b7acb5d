internal import MaaSCore
internal import Testing

@testable internal import Dispatching

/// What is reported of an attempt whose pods failed.
extension AttemptTests {
    @Test("A failed generation is not repeated")
    func failedGeneration() {
        var own = Self.running()
        own.observe(job: .present(uid: "u", phase: .failed), now: Self.start)
        let report = #"{"code":"GPU_OOM","message":"Out of GPU memory.","retryable":false}"#
        let failed = Self.pod(
            ended: true,
            failures: [.init(isInit: false, exitCode: 1, reason: "Error", message: report)]
        )
        own.observe(pod: failed, now: Self.start)
        let expected = TaskFailure(code: "GPU_OOM", message: "Out of GPU memory.", exitCode: 1)
        #expect(Self.steps(&own) == [.release, .write(.ended(.failed(expected))), .forget])
    }

    @Test("Any content of a termination log is stored as clean text")
    func hostileTerminationLog() {
        let report = #"{"code":"A\u0000 B","message":"bad\u0000line","retryable":false}"#
        let pod = Self.pod(ended: true, failures: [.init(isInit: false, exitCode: 3, reason: "Error", message: report)])
        let failure = FailureClassifier.classify([pod])
        #expect(failure == TaskFailure(code: "AB", message: "bad line", exitCode: 3))
    }

    @Test("An init container that fails without a report is not taken for the download")
    func initContainer() {
        for (exitCode, reason) in [(1, "Error"), (127, "Error"), (128, "StartError"), (137, "Error")] {
            let failure = PodFacts.ContainerFailure(isInit: true, exitCode: exitCode, reason: reason, message: nil)
            let message = "A container that prepares the pod ended with exit status \(exitCode)."
            let expected = TaskFailure(
                code: "CONTAINER_CANNOT_RUN",
                message: message,
                isRetryable: true,
                exitCode: exitCode
            )
            #expect(FailureClassifier.classify([Self.pod(ended: true, failures: [failure])]) == expected)
        }
        let report = #"{"code":"INPUT_DOWNLOAD_FAILED","message":"m","retryable":false}"#
        let fetch = PodFacts.ContainerFailure(isInit: true, exitCode: 75, reason: "Error", message: report)
        let failure = FailureClassifier.classify([Self.pod(ended: true, failures: [fetch])])
        #expect(failure == TaskFailure(code: "INPUT_DOWNLOAD_FAILED", message: "m", exitCode: 75))
    }

    @Test("Another machine may have the memory that this one lacked")
    func outOfMemory() {
        let killed = PodFacts.ContainerFailure(isInit: false, exitCode: 137, reason: "OOMKilled", message: nil)
        let expected = TaskFailure(
            code: "HOST_OOM_OR_KILLED",
            message: "The generation ran out of memory.",
            isRetryable: true,
            exitCode: 137
        )
        #expect(FailureClassifier.classify([Self.pod(ended: true, failures: [killed])]) == expected)
    }

    @Test("Among the failures of a job's pods, the cause is reported rather than its echoes")
    func echoes() {
        let failure = { (code: String) -> PodFacts.ContainerFailure in
            let report = #"{"code":"\#(code)","message":"m","retryable":true}"#
            return PodFacts.ContainerFailure(isInit: false, exitCode: 1, reason: "Error", message: report)
        }
        let code = { (codes: [String]) in
            FailureClassifier.classify([Self.pod(ended: true, failures: codes.map(failure))]).code
        }
        #expect(code(["NCCL_ERROR", "GPU_OOM", "NCCL_TIMEOUT"]) == "GPU_OOM")
        #expect(code(["TERMINATED", "NCCL_ERROR"]) == "TERMINATED")
    }
}
