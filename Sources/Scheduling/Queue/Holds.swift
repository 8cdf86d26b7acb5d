/// Classes and shapes that may not start: paused, or without any suitable node.
struct Holds: Sendable {
    var classes: Set<Int> = []
    var shapes: Set<Int> = []
}
