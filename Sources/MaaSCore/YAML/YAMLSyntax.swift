/// How a text is to be read.
package enum YAMLSyntax: Sendable, Hashable {
    case standard
    /// `{{ name }}` without quotes is a plain scalar of that text.
    ///
    /// YAML itself reads it as a mapping whose key is a mapping, which nobody means.
    case template
}
