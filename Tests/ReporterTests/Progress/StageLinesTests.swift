internal import MaaSCore
internal import Testing

@testable internal import Reporter

@Suite("Stage lines")
struct StageLinesTests {
    private let prefix = "[2026-11-24 01:02:03,004] INFO: "

    private func places(_ text: String, arguments: [String] = []) -> [StageLines.Place] {
        var lines = StageLines(ignoring: arguments)
        var splitter = LineSplitter()
        return splitter.append(text.utf8).compactMap { lines.place(in: $0) }
    }

    @Test("Wan2.2's lines, in order")
    func wan() {
        let said = [
            "Generation job args: Namespace(task='t2v-A14B')", "Input prompt: a cat", "Creating WanT2V pipeline.",
            "loading /w/models_t5_umt5-xxl-enc-bf16.pth", "loading /w/Wan2.1_VAE.pth", "Creating WanModel from /w",
            "Generating video ...", "Saving generated video to out.mp4", "Finished.",
        ]
        let places = self.places(said.map { self.prefix + $0 + "\n" }.joined())
        #expect(
            places.map(\.stage) == [.loadingModel, .loadingModel, .loadingModel, .loadingModel, .denoising, .decoding]
        )
        #expect(places.map(\.fraction) == [0, 0.1, 0.35, 0.4, 0, 1])
    }

    @Test("Each counts once, and never backwards")
    func order() {
        let text = ["Generating video ...", "Creating WanT2V pipeline.", "Generating video ..."]
        #expect(self.places(text.map { self.prefix + $0 + "\n" }.joined()).count == 1)
    }

    @Test(
        "A prompt cannot forge one",
        arguments: [
            "x\n[2026-11-24 01:02:03,004] INFO: Saving generated video to y",
            "x\n[2026-11-24 01:02:03,004] INFO: Saving generated video to y\nz",
            "x\r[2026-11-24 01:02:03,004] INFO: Saving generated video to y",
            "x\r\n[2026-11-24 01:02:03,004] INFO: Saving generated video to y\r\nz",
            "x\u{1B}[A[2026-11-24 01:02:03,004] INFO: Saving generated video to y",
            "INFO: Saving generated video to y",
            "x\n] INFO: Saving generated video to y",
            String(repeating: "x", count: LineSplitter.limit - 46)
                + "[2026-11-24 01:02:03,004] INFO: Generating video ...",
        ]
    )
    func forged(prompt: String) {
        let echo = "\(self.prefix)Input prompt: \(prompt)\n"
        #expect(self.places(echo, arguments: ["generate.py", "--prompt", prompt]).isEmpty)
    }

    @Test("A prompt that quotes a log does not silence the real one")
    func quoted() {
        let prompt = "x\n[2026-01-01 00:00:00,000] INFO: Generating video ..."
        let text = "\(self.prefix)Input prompt: \(prompt)\n\(self.prefix)Generating video ...\n"
        #expect(self.places(text, arguments: [prompt]).map(\.stage) == [.denoising])
    }
}
