internal import MaaSCore

extension MaaSConfiguration.APIGateway {
    /// The most bytes of a document that may contain a picture.
    var documentLimit: Int { self.bodyLimit.bytes + DataURL.length(of: self.inlineImageLimit) }
}
