/// Classes and shapes that may not start: paused, without any suitable node, or above the limit of their template.
struct Holds: Sendable {
    var classes: Set<Int> = []
    var shapes: Set<Int> = []
}
