extension [UInt8] {
    /// Appends `number` in decimal digits, zero-padded to `width`.
    package mutating func append(decimal number: Int, width: Int = 1) {
        if number < 0 { self.append(UInt8(ascii: "-")) }
        var rest = number.magnitude
        var digits = 1
        while rest >= 10 {
            rest /= 10
            digits += 1
        }
        self.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: Swift.max(digits, width)))
        rest = number.magnitude
        var place = self.count
        while rest > 0 {
            place -= 1
            self[place] += UInt8(rest % 10)
            rest /= 10
        }
    }
}
