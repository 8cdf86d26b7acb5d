/// Finds the name that a typo was probably meant to be.
package enum NearestName {
    /// The candidate nearest to `name`, if at most two in five of its characters differ.
    package static func find(_ name: String, among candidates: [String]) -> String? {
        candidates
            .map { (name: $0, distance: Self.distance(Array(name), Array($0))) }
            .filter { $0.distance <= max(1, $0.name.count * 2 / 5) }
            .min { $0.distance < $1.distance }?
            .name
    }

    /// The Levenshtein distance, computed one row at a time.
    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                let substitution = diagonal + (a == b ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(substitution, diagonal + 1, row[j] + 1)
            }
        }
        return row[right.count]
    }
}
