internal import MaaSCore
internal import Testing

@testable internal import Maasctl

@Suite("Progress line")
struct ProgressLineTests {
    private func line(_ members: JSONValue, width: Int = 80) -> String {
        ProgressLine(TaskStatus(members)).text(width: width)
    }

    @Test("Queued: its position, the reason, and when it will start")
    func waiting() {
        #expect(self.line(["status": "QUEUED"]) == "QUEUED")
        let known: JSONValue = ["status": "QUEUED", "position": 3, "reason": "gpus_busy", "eta_s": 95]
        #expect(self.line(known) == "QUEUED  place 3  gpus busy  starts in about 1:35")
    }

    @Test("Running: a bar, the stage, the steps and the remaining time")
    func running() {
        let half: JSONValue = [
            "status": "RUNNING", "percent": 50, "stage": "denoising", "step": 25, "total": 50, "eta_s": 3_723,
        ]
        let bar = String(repeating: "█", count: 14) + String(repeating: "░", count: 14)
        #expect(self.line(half) == "\(bar)   50%  denoising  25/50  1:02:03")
        #expect(self.line(half, width: 20).count == 20)
        #expect(self.line(["status": "RUNNING"]).hasSuffix("  0%  starting"))
        #expect(self.line(["status": "RUNNING", "percent": 250]).contains("100%"))
    }

    @Test("Ended: the outcome")
    func end() {
        let result: JSONValue = ["width": 832, "height": 480, "duration_ms": 3_062, "size": 204_800]
        #expect(self.line(["status": "COMPLETED", "result": result]) == "COMPLETED  832×480, 3.1 s, 200 KiB")
        let error: JSONValue = ["code": "GPU_OOM", "message": "The GPU has too little memory."]
        #expect(self.line(["status": "FAILED", "error": error]) == "FAILED  GPU_OOM: The GPU has too little memory.")
        #expect(self.line(["status": "CANCELLED", "error": .null]) == "CANCELLED")
    }

    @Test("Where lines cannot be overwritten, only milestones are printed")
    func milestones() {
        func milestone(_ percent: Double, _ stage: String) -> String {
            let status: JSONValue = ["status": "RUNNING", "percent": .number(percent), "stage": .string(stage)]
            return ProgressLine(TaskStatus(status)).milestone
        }
        #expect(milestone(11, "denoising") == milestone(19, "denoising"))
        #expect(milestone(19, "denoising") != milestone(20, "denoising"))
        #expect(milestone(20, "denoising") != milestone(20, "decoding"))
    }

    @Test("The relay's messages are merged; the end message ends it")
    func messages() {
        var status = TaskStatus(["status": "QUEUED", "position": 1])
        status.take(["t": "ev", "data": ["status": "RUNNING", "position": .null, "percent": 10]])
        #expect(status.state == "RUNNING")
        #expect(status["position"] == nil)
        #expect(!status.isOver)
        status.take(["t": "end", "status": "FAILED", "error": ["code": "X"], "result": .null, "data": [:]])
        #expect(status.isOver)
        #expect(status["error"]?["code"] == "X")
    }
}
