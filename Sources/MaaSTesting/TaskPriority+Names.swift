package import MaaSCore

/// The classes of the default configuration.
extension TaskPriority {
    package static let high = PriorityClasses()["high"]!  // They are in the default list.
    package static let normal = PriorityClasses()["normal"]!
    package static let low = PriorityClasses()["low"]!
}
