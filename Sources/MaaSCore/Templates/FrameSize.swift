/// A size of frames as templates write it, such as `1280x704`.
struct FrameSize {
    let text: String
    let width: Int
    let height: Int

    /// Nil unless `text` is two numbers with an `x` between them.
    init?(_ text: String) {
        let sides = text.split(separator: "x").compactMap { Int($0) }
        guard sides.count == 2, sides[0] > 0, sides[1] > 0 else { return nil }
        self.text = text
        self.width = sides[0]
        self.height = sides[1]
    }

    var shorterSide: Int { min(self.width, self.height) }

    /// The quotient of a ratio such as `16:9`; nil for anything else.
    static func aspect(of ratio: String) -> Double? {
        let sides = ratio.split(separator: ":").compactMap { Double($0) }
        guard sides.count == 2, sides[0] > 0, sides[1] > 0 else { return nil }
        return sides[0] / sides[1]
    }

    /// How much a size may differ from what was asked for: models round their sides, to multiples of 16 or 32.
    private static let tolerance = 0.06

    /// The shorter side of a resolution such as `720P`; nil for anything else.
    static func side(of resolution: String) -> Int? { Int(resolution.prefix { $0.isNumber }) }

    /// Whether its shorter side is that of `resolution`, and its sides have `ratio`, both rounded; nil is any.
    func meets(resolution: String?, ratio: String?) -> Bool {
        if let resolution {
            guard let side = Self.side(of: resolution), self.sideError(side) <= Self.tolerance else { return false }
        }
        if let ratio {
            guard let aspect = Self.aspect(of: ratio), self.aspectError(aspect) <= Self.tolerance else { return false }
        }
        return true
    }

    /// How far it is from these; 0 when it is exactly that.
    func distance(to side: Int, _ aspect: Double) -> Double { self.sideError(side) + self.aspectError(aspect) }

    private func sideError(_ side: Int) -> Double { abs(Double(self.shorterSide) / Double(max(1, side)) - 1) }

    private func aspectError(_ aspect: Double) -> Double {
        abs(Double(self.width) / Double(self.height) / aspect - 1)
    }
}
