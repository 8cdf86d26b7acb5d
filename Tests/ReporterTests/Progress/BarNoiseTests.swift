internal import Glibc
internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import Reporter

/// Standard error is anybody's: whatever is on it, a generation must not end because of how its bars are read.
@Suite("Bars with arbitrary content")
struct BarNoiseTests {
    private static let numbers = [
        "0", "1", "2", "7.5", "20", "1k", "9Y", "999999999999999", "1000000000000000", "1000000000000001",
        "9223372036854775807", "9223372036854775808", "99999999999999999999", String(repeating: "9", count: 400),
        "1e400",
        "0.0000000000000000000001", "0." + String(repeating: "0", count: 330) + "1", "-1", "nan", "NaN", "inf",
        "-Infinity", "0x1p4", "?", "None", "",
    ]
    private static let pieces = [
        "%", "|", "/", "[", "]", "<", ",", ":", "@", "@tqdm n=", " total=", " elapsed=", " desc=", "it", "it/s", " ",
        "猫",
    ]

    private static func line(seed: UInt64) -> String {
        var random = SplitMix64(state: seed)
        func number() -> String {
            // Half of them are plain, so that enough lines are bars.
            random.next(below: 2) == 0
                ? "\(random.next(below: 50))" : Self.numbers[random.next(below: Self.numbers.count)]
        }
        return switch random.next(below: 4) {
        case 0: "\(number())it [00:\(number()),  \(number())it/s]"
        case 1: "\(number())%|#  | \(number())/\(number()) [00:\(number())<00:0\(number()), \(number())it/s]"
        case 2: "@tqdm n=\(number()) total=\(number()) elapsed=\(number()) left=\(number()) desc=@"
        default:
            (0..<random.next(below: 40)).map { _ in
                random.next(below: 3) == 0 ? number() : Self.pieces[random.next(below: Self.pieces.count)]
            }.joined()
        }
    }

    @Test("Nothing traps and all numbers stay in range", arguments: 0..<20 as Range<UInt64>)
    func noise(seed: UInt64) {
        var random = SplitMix64(state: seed)
        var log = BarLog()
        var bars = 0
        for turn in 0..<2000 {
            // A new tracker now and then: each takes one total for its loop.
            var tracker = ProgressTracker(progress: StageProgress())
            tracker.readOutput(
                .init(text: "[2026-11-24 01:02:03,004] INFO: Generating video ...", isFresh: true, isFinished: true),
                at: .zero
            )
            for second in 0..<4 {
                let line = Self.line(seed: random.next())
                guard let bar = BarParser.parse(line) else { continue }
                bars += 1
                #expect((0...BarScanner.limit).contains(bar.step), "\(line)")
                #expect((bar.total ?? 1) > 0 && (bar.total ?? 1) <= BarScanner.limit, "\(line)")
                #expect((bar.fraction.map { (0...1).contains($0) }) ?? true, "\(line)")
                _ = log.line(for: bar)
                tracker.read(bar, at: .seconds(second * (turn + 1)))
                let report = tracker.report(at: .seconds(second * (turn + 1)))
                #expect((0..<100).contains(report.percent), "\(line)")
            }
        }
        #expect(bars > 500)
    }

    /// How many sequences of bytes of any content are read, and which: `make fuzz` takes a long look, at other ones.
    private static let cases = getenv("MAAS_PROPERTY_CASES").flatMap { Int(String(cString: $0)) } ?? 20_000
    private static let seed = getenv("MAAS_PROPERTY_SEED").flatMap { UInt64(String(cString: $0)) } ?? 20_261_124

    @Test("For any bytes on standard error, percent never falls or reaches 100 early")
    func bytes() {
        var random = SplitMix64(state: Self.seed)
        let fragments =
            Self.pieces.map { Array($0.utf8) } + [
                [0x0D], [0x0A], [0x1B, 0x5B], [0x1B, 0x5B, 0x41], [0x1B], [0xFF], [0x00], [0xE7, 0x8C], [0xC0, 0x80],
            ]
        var bars = 0
        var tracker = ProgressTracker(progress: StageProgress())
        var splitter = LineSplitter()
        var log = BarLog()
        var percent = 0.0
        for turn in 0..<Self.cases {
            if turn % 1000 == 0 {
                tracker = ProgressTracker(progress: StageProgress(), expectedSteps: 4, clips: 1 + random.next(below: 3))
                percent = 0
            }
            var bytes: [UInt8] = []
            switch random.next(below: 4) {
            case 0: bytes = Array(Self.line(seed: random.next()).utf8)
            case 1: for _ in 0..<random.next(below: 12) { bytes += fragments[random.next(below: fragments.count)] }
            default:
                bytes = Array(" 0%|#| \(random.next(below: 6))/\(3 + random.next(below: 3)) [00:01<00:01, 1it/s]".utf8)
            }
            if !bytes.isEmpty, random.next(below: 3) == 0 {
                bytes[random.next(below: bytes.count)] = UInt8(truncatingIfNeeded: random.next())
            }
            bytes.append([0x0D, 0x0A][random.next(below: 2)])
            for line in splitter.append(bytes) {
                tracker.readOutput(line, at: .seconds(turn))
                guard let bar = BarParser.parse(line.text) else { continue }
                bars += 1
                _ = log.line(for: bar)
                tracker.read(bar, at: .seconds(turn))
            }
            let report = tracker.report(at: .seconds(turn))
            if !(percent..<100).contains(report.percent) { Issue.record("\(bytes) made it \(report.percent)") }
            percent = report.percent
        }
        #expect(bars > Self.cases / 4)
    }

    @Test("Handmade nonsensical bars", arguments: [Double.infinity, 1e300, 1e19, .leastNonzeroMagnitude])
    func unparsed(number: Double) {
        var log = BarLog()
        var tracker = ProgressTracker(progress: StageProgress(), expectedSteps: 10)
        for total in [nil, 10, number] {
            let bar = ProgressBar(description: "", step: number, total: total)
            tracker.read(bar, at: .zero)
            #expect(tracker.report(at: .zero).step ?? 0 == 0)
            #expect(log.line(for: bar) != nil)
        }
    }

    @Test("The pipe's numbers may be arbitrarily large")
    func pipe() throws {
        var tracker = ProgressTracker(progress: StageProgress())
        for step in [1, 2, 3, Int.max] {
            let message = try #require(PipeMessage(#"{"stage":"denoising","n":\#(step),"m":\#(Int.max)}"#))
            tracker.read(message, at: .seconds(step % 1000))
        }
        #expect(tracker.report(at: .seconds(2000)).percent == 85)
    }
}
