internal import MaaSTesting
internal import Testing

@testable internal import Reporter

@Suite("tqdm bars")
struct BarParserTests {
    @Test(
        "As tqdm 4.70 draws them",
        arguments: [
            ("  0%|          | 0/50 [00:00<?, ?it/s]", ProgressBar(description: "", step: 0, total: 50)),
            (
                " 45%|####5     | 9/20 [00:03<00:04,  2.51it/s]",
                ProgressBar(description: "", step: 9, total: 20)
            ),
            (
                " 18%|█▊        | 9/50 [01:52<08:33, 12.51s/it]",
                ProgressBar(description: "", step: 9, total: 50)
            ),
            ("18% 9/50 [00:01<00:04,  8.31it/s]", ProgressBar(description: "", step: 9, total: 50)),
            (
                "Loading checkpoint shards:  33%|###3      | 2/6 [00:10<00:20,  5.01s/it]",
                ProgressBar(description: "Loading checkpoint shards", step: 2, total: 6)
            ),
            (
                "model:  25%|##5       | 14.2M/57.0M [00:00<00:00, 99.5MB/s]",
                ProgressBar(description: "model", step: 14_200_000, total: 57_000_000)
            ),
            (
                " 20%|##        | 10/50 [1:01:40<4:06:40, 370.00s/it, loss=0.123]",
                ProgressBar(description: "", step: 10, total: 50)
            ),
            ("reading: 4it [00:00,  4.99it/s]", ProgressBar(description: "reading", step: 4, total: nil)),
            ("7it [00:02,  ?it/s]", ProgressBar(description: "", step: 7, total: nil)),
            (
                " 50%|#####     | 5/10 [00:00<00:00,  6.66it/s]warn: something",
                ProgressBar(description: "", step: 5, total: 10, rest: "warn: something")
            ),
            (
                "odd 50%|name:  10%|#         | 1/10 [00:01<00:09,  1.00s/it]   ",
                ProgressBar(description: "odd 50%|name", step: 1, total: 10)
            ),
            (
                "@tqdm n=9 total=20 elapsed=3.6 left=4.4 desc=@",
                ProgressBar(description: "", step: 9, total: 20)
            ),
            (
                "@tqdm n=3 total=None elapsed=0.5 left=0.0 desc=Fetching files: @ and more",
                ProgressBar(description: "Fetching files", step: 3, total: nil, rest: "and more")
            ),
        ]
    )
    func forms(line: String, bar: ProgressBar) { #expect(BarParser.parse(line) == bar) }

    @Test(
        "Lines that are not bars",
        arguments: [
            "", "50%", "100% of it is done", "[2026-01-01 00:00:00,000] INFO: 5/10 [x]", "5/10 [00:01<00:02, 3it/s]",
            " 45%|####5     | 9/20 [00:03<00:04,  2.51it/s", " 45%|####5     | 9/20 [00:03<00:04,  2.51]",
            "@tqdm n=9 total=20", "@tqdm n=x total=20 elapsed=1 left=1 desc=@", "RuntimeError: shape [1, 2, 3]",
        ]
    )
    func others(line: String) { #expect(BarParser.parse(line) == nil) }

    @Test("Any drawn bar is parsed correctly", arguments: 0..<200 as Range<UInt64>)
    func roundTrip(seed: UInt64) {
        var random = SplitMix64(state: seed)
        let total = 1 + random.next(below: 5000)
        let step = random.next(below: total + 1)
        let elapsed = random.next(below: 20_000)
        let description = ["", "Loading", "a%b", "x [y] 3/4", "50%|#|"][random.next(below: 5)]
        let clock = { (seconds: Int) in
            let (hours, minutes) = (seconds / 3600, seconds / 60 % 60)
            let two = { (value: Int) in value < 10 ? "0\(value)" : "\(value)" }
            return (hours > 0 ? "\(hours):" : "") + "\(two(minutes)):\(two(seconds % 60))"
        }
        let cells = String(repeating: ["#", "█"][random.next(below: 2)], count: 10 * step / total)
        let prefix = description.isEmpty ? "" : description + ": "
        let rate = ["?it/s", " 2.51it/s", "12.50s/it", "1.2MB/s, loss=9%"][random.next(below: 4)]
        let left = step == 0 ? "?" : clock(elapsed)
        let line = "\(prefix)\(100 * step / total)%|\(cells)| \(step)/\(total) [\(clock(elapsed))<\(left), \(rate)]"
        let expected = ProgressBar(
            description: description,
            step: Double(step),
            total: Double(total)
        )
        #expect(BarParser.parse(line) == expected, "\(line)")
    }
}
