/// What becomes of the objects that the deleted one owns.
package enum DeletionPropagation: String, Sendable {
    /// They go first; the object is gone when they are.
    case foreground = "Foreground"
    /// They go some time after the object.
    case background = "Background"
    /// They stay.
    case orphan = "Orphan"
}
