/// A fault of a picture, worded to follow the field's name: "must be a JPEG, PNG or WebP picture".
struct PictureFault: Error {
    let message: String

    init(_ message: String) { self.message = message }
}
