internal import MaaSCore

/// A draft that can be done as it is, but for a picture that has still to be fetched.
struct CheckedDraft: Sendable {
    let template: Template
    /// With the template's defaults.
    let parameters: JSONValue
    let priority: TaskPriority
    /// The picture, when it came with the request.
    let picture: PictureFile?
}
