internal import MaaSCore
internal import Testing

@testable internal import Reporter

@Suite("Report throttle")
struct ReportThrottleTests {
    private func progress(_ percent: Double, _ step: Int? = nil, _ stage: TaskStage = .denoising) -> TaskProgress {
        TaskProgress(stage: stage, step: step, total: 40, percent: percent)
    }

    @Test("A new stage at once")
    func stage() {
        var throttle = ReportThrottle()
        #expect(throttle.kind(of: self.progress(15), at: .zero) == .stage)
        #expect(throttle.kind(of: self.progress(85, nil, .decoding), at: .milliseconds(1)) == .stage)
    }

    @Test("Progress twice a second, and only when there is some")
    func progress() {
        var throttle = ReportThrottle()
        _ = throttle.kind(of: self.progress(15, 0), at: .zero)
        #expect(throttle.kind(of: self.progress(16, 1), at: .milliseconds(499)) == nil)
        #expect(throttle.kind(of: self.progress(16, 1), at: .milliseconds(500)) == .progress)
        #expect(throttle.kind(of: self.progress(16.4, 1), at: .seconds(5)) == nil)
        #expect(throttle.kind(of: self.progress(16.5, 1), at: .seconds(6)) == .progress)
    }

    @Test("A heartbeat after ten silent seconds")
    func heartbeat() {
        var throttle = ReportThrottle()
        _ = throttle.kind(of: self.progress(15, 0), at: .zero)
        #expect(throttle.kind(of: self.progress(15, 0), at: .milliseconds(9999)) == nil)
        #expect(throttle.kind(of: self.progress(15, 0), at: .seconds(10)) == .heartbeat)
        #expect(throttle.kind(of: self.progress(15, 0), at: .seconds(19)) == nil)
    }
}
