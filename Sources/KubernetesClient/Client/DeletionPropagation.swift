/// What happens to the objects that the deleted one owns.
package enum DeletionPropagation: String, Sendable {
    /// They are deleted first; the object goes when they are gone.
    case foreground = "Foreground"
    /// They are deleted some time after the object.
    case background = "Background"
    /// They stay.
    case orphan = "Orphan"
}
