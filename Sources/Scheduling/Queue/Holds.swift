/// Classes and shapes of which nothing may start: paused, or without a node that could ever take them.
struct Holds: Sendable {
    var classes: Set<Int> = []
    var shapes: Set<Int> = []
}
