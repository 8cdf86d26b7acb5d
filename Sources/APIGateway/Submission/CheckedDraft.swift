internal import MaaSCore

/// A validated draft, except for a picture that has yet to be fetched.
struct CheckedDraft: Sendable {
    let template: Template
    /// With the template's defaults.
    let parameters: JSONValue
    let priority: TaskPriority
    /// The picture, if it came with the request.
    let picture: PictureFile?
}
