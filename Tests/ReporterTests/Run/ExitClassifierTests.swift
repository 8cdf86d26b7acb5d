internal import MaaSCore
internal import Testing

@testable internal import Reporter

@Suite("Exit classifier")
struct ExitClassifierTests {
    private let classifier = ExitClassifier(fallback: .generatorFailed, arguments: ["generate.py"])

    @Test(
        "Known endings",
        arguments: [
            (1, "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB", "GPU_OOM"),
            (1, "RuntimeError: CUDA error: out of memory", "GPU_OOM"),
            (1, "[rank0]: Cuda failure 'out of memory'", "GPU_OOM"),
            (1, "  exitcode  : -9 (pid: 77)", "HOST_OOM_OR_KILLED"),
            (137, "", "HOST_OOM_OR_KILLED"),
            (
                1, "FileNotFoundError: [Errno 2] No such file or directory: '/m/models_t5_umt5-xxl-enc-bf16.pth'",
                "CKPT_MISSING"
            ),
            (
                1, "OSError: Error no file named diffusion_pytorch_model.safetensors found in directory /m",
                "CKPT_MISSING"
            ),
            (1, "_pickle.UnpicklingError: invalid load key, 'v'.", "CKPT_MISSING"),
            (1, "safetensors_rust.SafetensorError: Error while deserializing header: header too large", "CKPT_MISSING"),
            (1, "rank 1: OSError: Unable to load weights from checkpoint file for '/m/x.safetensors'", "CKPT_MISSING"),
            (1, "OSError: You seem to have cloned a repository without having git-lfs installed.", "CKPT_MISSING"),
            (2, "generate.py: error: argument --size: invalid choice: '1x1'", "BAD_ARGS"),
            (1, "AssertionError: Unsupport size 1*1 for task t2v-A14B", "BAD_ARGS"),
            (1, "[E] Watchdog caught collective operation timeout: WorkNCCL", "NCCL_TIMEOUT"),
            (1, "torch.distributed.DistBackendError: NCCL error in: ProcessGroupNCCL.cpp:77", "NCCL_ERROR"),
            (1, "torch.distributed.DistStoreError: Timed out after 61 seconds waiting for clients.", "NCCL_ERROR"),
            (1, "  exitcode  : -11 (pid: 77)", "CRASHED"),
            (1, "RuntimeError: CUDA error: an illegal memory access was encountered", "CUDA_ERROR"),
            (1, "    assert FLASH_ATTN_2_AVAILABLE", "NO_FLASH_ATTN"),
            (1, "OSError: [Errno 28] No space left on device", "DISK_FULL"),
            (1, "NCCL WARN Error while creating /dev/shm/nccl-x: No space left on device", "NCCL_ERROR"),
            (1, "RuntimeError: No CUDA GPUs are available", "NO_GPU"),
            (1, "RuntimeError: The NVIDIA driver on your system is too old (found version 12020).", "NO_GPU"),
            (1, "RuntimeError: CUDA driver initialization failed, you might not have a CUDA gpu.", "NO_GPU"),
            (1, "RuntimeError: CUDA unknown error - this may be due to an incorrectly set up environment", "NO_GPU"),
            (65, "generate.py: error: the picture is neither JPEG, PNG nor WebP", "INPUT_INVALID"),
            (69, "generate.py: error: ffmpeg is not installed", "IMAGE_INCOMPLETE"),
            (73, "postprocess.py: error: raw.mp4 is not there", "OUTPUT_MISSING"),
            (127, "cannot start x: no such file or directory", "COMMAND_NOT_FOUND"),
            (1, "ValueError: whatever", "GENERATOR_FAILED"),
            // The rank is not a status.
            (1, "api.py:874] failed (exitcode: 1) local_rank: 2 (pid: 142) of binary: python3", "GENERATOR_FAILED"),
        ]
    )
    func known(status: Int32, line: String, code: String) {
        let failure = self.classifier.classify(.exited(status), tail: ["before", line], wasStopped: false)
        #expect(failure.code == code)
        #expect(failure.exitCode == Int(status))
    }

    @Test(
        "An import that ends the program, or a process of a group, is the image's fault",
        arguments: [
            ["Traceback (most recent call last):", "  import wan", "ModuleNotFoundError: No module named 'decord'"],
            ["[rank0]: Traceback (most recent call last):", "[rank0]: ImportError: libGL.so.1: cannot open shared"],
            ["Traceback (most recent call last):", "RuntimeError: Failed to import diffusers.models because of the"],
            ["cause on rank 1: ModuleNotFoundError: No module named 'peft'"],
        ]
    )
    func failedImport(tail: [String]) {
        let failure = self.classifier.classify(.exited(1), tail: ["before"] + tail, wasStopped: false)
        #expect(failure.code == "IMAGE_INCOMPLETE" && !failure.isRetryable)
    }

    @Test("An import that failed before does not explain the end")
    func optionalImport() {
        let line = [
            "Error processing line 1 of /usr/lib/python3/dist-packages/distutils-precedence.pth:",
            "  Traceback (most recent call last):", "    File \"/usr/lib/python3.11/site.py\", line 186, in addpackage",
            "  ModuleNotFoundError: No module named '_distutils_hack'", "Remainder of file ignored",
        ]
        let logged = ["Traceback (most recent call last):", "  import apex", "ImportError: libcudart.so.11.0"]
        let other = ["Traceback (most recent call last):", "ValueError: whatever"]
        let ends: [(ChildProcess.ExitStatus, [String], String)] = [
            (.exited(65), ["prepare.py: error: the picture does not decode"], "INPUT_INVALID"),
            (.exited(73), ["postprocess.py: error: raw.mp4 is not there"], "OUTPUT_MISSING"),
            (.signalled(9), [], "HOST_OOM_OR_KILLED"),
            (.exited(1), ["[E] Watchdog caught collective operation timeout: WorkNCCL"], "NCCL_TIMEOUT"),
            (.exited(1), other, "GENERATOR_FAILED"),
        ]
        for (status, end, code) in ends {
            for before in [line, logged] {
                #expect(self.classifier.classify(status, tail: before + end, wasStopped: false).code == code)
            }
        }
        let failure = self.classifier.classify(.exited(1), tail: line + ["ValueError: whatever"], wasStopped: false)
        #expect(failure.code == "GENERATOR_FAILED")
    }

    @Test("An allocation that HAMi refused is a cause only where NCCL gave up for one")
    func refusedAllocation() {
        let refused = "[HAMI-core ERROR (pid:140 thread=139846227212096 allocator.c:52)]: Device 0 OOM 25904 / 25769"
        let code = { (status: ChildProcess.ExitStatus, lines: [String]) in
            self.classifier.classify(status, tail: [refused] + lines, wasStopped: false).code
        }
        let error = ["Traceback (most recent call last):", "ValueError: whatever"]
        let nccl = "torch.distributed.DistBackendError: NCCL error in: NCCLUtils.hpp:275, "
        #expect(code(.exited(1), ["RuntimeError: CUDA error: uncorrectable ECC error encountered"]) == "CUDA_ERROR")
        #expect(code(.exited(1), error) == "GENERATOR_FAILED")
        #expect(code(.exited(1), error.map { "[rank0]: " + $0 }) == "GENERATOR_FAILED")
        #expect(code(.signalled(9), []) == "HOST_OOM_OR_KILLED")
        #expect(code(.exited(1), [nccl + "remote process exited or there was a network error"]) == "NCCL_ERROR")
        #expect(code(.exited(1), [nccl + "unhandled cuda error (run with NCCL_DEBUG=INFO for details)"]) == "GPU_OOM")
    }

    @Test("A crash beside a process that ended with an error of its own is not the cause")
    func crashBeside() {
        let tail = ["  exitcode  : -6 (pid: 77)", "  exitcode  : 1 (pid: 78)"]
        let failure = self.classifier.classify(.exited(1), tail: tail, wasStopped: false)
        #expect(failure.code == "GENERATOR_FAILED")
    }

    @Test("The message of an unknown failure is the program's own, not torchrun's report")
    func torchrun() {
        let report = [
            "E1124 04:12:02 77 torch/distributed/elastic/multiprocessing/api.py:874] failed (exitcode: 1)",
            "torch.distributed.elastic.multiprocessing.errors.ChildFailedError: ", "=====", "generate.py FAILED",
            "=====",
        ]
        let message = { (before: [String], after: [String]) in
            self.classifier.classify(.exited(1), tail: before + report + after, wasStopped: false).message
        }
        #expect(message(["before", "[rank0]: ValueError: whatever"], []) == "[rank0]: ValueError: whatever")
        #expect(message(["before"], ["rank 1: ValueError: whatever"]) == "rank 1: ValueError: whatever")
        #expect(message([], []) == "The program ended with exit status 1.")
    }

    @Test("A process taken down by another is not a cause")
    func causes() {
        let isCause = { (line: String) in
            let failure = self.classifier.classify(.exited(1), tail: [line], wasStopped: false)
            return self.classifier.isCause(failure, tail: [line])
        }
        #expect(isCause("torch.OutOfMemoryError: CUDA out of memory."))
        #expect(!isCause("RuntimeError: NCCL error: remote process exited or there was a network error"))
        #expect(!isCause("ValueError: whatever"))
        #expect(isCause("cause on rank 1: ValueError: whatever"))
        #expect(!isCause("cause on rank 1: torch.distributed.DistNetworkError: failed to recv, got 0 bytes"))
    }

    @Test(
        "Reports of the other processes do not hide the cause",
        arguments: [
            ("  exitcode  : -9 (pid: 77)", "HOST_OOM_OR_KILLED"),
            ("rank 3: RuntimeError: CUDA error: an illegal memory access was encountered", "CUDA_ERROR"),
            ("[rank3]:[E] [Rank 3] Watchdog caught collective operation timeout: WorkNCCL", "NCCL_TIMEOUT"),
            ("  exitcode  : -6 (pid: 77)", "NCCL_ERROR"),
            ("rank 3: FileNotFoundError: [Errno 2] No such file or directory: '/m/Wan2.1_VAE.pth'", "CKPT_MISSING"),
        ]
    )
    func echo(line: String, code: String) {
        let echo = "RuntimeError: NCCL error: remote process exited or there was a network error"
        let failure = self.classifier.classify(.exited(1), tail: [echo, line], wasStopped: false)
        #expect(failure.code == code)
    }

    /// What a process that lost another says, and torchrun of one that aborted for that.
    private static let losses = [
        "RuntimeError: NCCL error: remote process exited or there was a network error",
        "[E] Watchdog caught collective operation timeout: WorkNCCL", "  exitcode  : -6 (pid: 77)",
    ]

    @Test("An error that is not known outranks its echoes, and what is known outranks it")
    func ownError() {
        let shown = [
            "[rank0]: Traceback (most recent call last):", "[rank0]:   File \"generate.py\", line 1, in <module>",
            "[rank0]:[W1124 04:12:01 ProcessGroupNCCL.cpp:1250] Warning: process group has NOT been destroyed",
            "[rank0]: ValueError: whatever", "[rank0]: and more",
        ]
        let told = ["cause on rank 3: ValueError: whatever"]
        for lines in [shown, told] {
            let failure = self.classifier.classify(.exited(1), tail: lines + Self.losses, wasStopped: false)
            #expect(failure.code == "GENERATOR_FAILED" && !failure.isRetryable)
            #expect(failure.message == "ValueError: whatever")
            let known = ["rank 1: RuntimeError: CUDA error: unspecified launch failure"]
            let cause = self.classifier.classify(.exited(1), tail: lines + Self.losses + known, wasStopped: false)
            #expect(cause.code == "CUDA_ERROR")
        }
    }

    @Test("The process that is shown, and lost another, does not hide that one's error")
    func shownLoss() {
        let shown = [
            "[rank0]: Traceback (most recent call last):",
            "[rank0]: torch.distributed.DistBackendError: NCCL error in: ProcessGroupNCCL.cpp:3353",
        ]
        let code = { (tail: [String]) in
            self.classifier.classify(.exited(1), tail: tail, wasStopped: false).code
        }
        #expect(code(shown + Self.losses) == "NCCL_TIMEOUT")
        #expect(code(shown + ["cause on rank 1: ValueError: whatever"]) == "GENERATOR_FAILED")
        #expect(code(shown + ["cause on rank 1: torch.distributed.DistStoreError: Connection reset"]) == "NCCL_ERROR")
    }

    @Test("Signals")
    func signals() {
        #expect(self.classifier.classify(.signalled(9), tail: [], wasStopped: false).code == "HOST_OOM_OR_KILLED")
        let crash = self.classifier.classify(.signalled(11), tail: [], wasStopped: false)
        #expect(crash.code == "CRASHED")
        #expect(crash.exitCode == 139)
    }

    @Test("A crash leaves another attempt, whether it is the program's own or that of one of its processes")
    func crashes() {
        let crashes: [(ChildProcess.ExitStatus, [String])] = [
            (.signalled(11), []), (.exited(1), ["  exitcode  : -11 (pid: 77)"]),
        ]
        for (status, tail) in crashes {
            #expect(self.classifier.classify(status, tail: tail, wasStopped: false).isRetryable)
        }
    }

    @Test("A program may ask for another attempt")
    func temporary() {
        let tail = ["prepare.py: error: ffmpeg took longer than 120 s"]
        let failure = self.classifier.classify(.exited(75), tail: tail, wasStopped: false)
        let message = "Ffmpeg took longer than 120 s."
        #expect(failure == TaskFailure(code: "GENERATOR_FAILED", message: message, isRetryable: true, exitCode: 75))
        #expect(!self.classifier.classify(.exited(70), tail: tail, wasStopped: false).isRetryable)
    }

    @Test("Being stopped is not the generator's fault")
    func stopped() {
        let failure = self.classifier.classify(.signalled(15), tail: ["CUDA out of memory"], wasStopped: true)
        #expect(failure.code == "TERMINATED")
        #expect(failure.isRetryable)
    }

    @Test(
        "A message is short and without the prompt",
        arguments: [["--prompt", "my secret cat"], ["--prompt=my secret cat"]]
    )
    func message(arguments: [String]) {
        let line = "ValueError: cannot draw 'my secret cat' " + String(repeating: "猫", count: 400)
        let classifier = ExitClassifier(fallback: .generatorFailed, arguments: arguments)
        let message = classifier.classify(.exited(1), tail: [line], wasStopped: false).message
        #expect(message.hasPrefix("ValueError: cannot draw '…' 猫"))
        #expect(message.utf8.count <= 500)
    }

    @Test("A message is meant for users")
    func program() {
        let tail = ["generate.py: error: the picture does not decode"]
        let failure = self.classifier.classify(.exited(65), tail: tail, wasStopped: false)
        #expect(failure.message == "The picture does not decode.")
    }
}
