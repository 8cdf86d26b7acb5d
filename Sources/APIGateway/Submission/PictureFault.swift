/// What is wrong with a picture, in words that follow the field's name: "must be a JPEG, PNG or WebP picture".
struct PictureFault: Error {
    let message: String

    init(_ message: String) { self.message = message }
}
