/// The dialect of YAML to parse.
package enum YAMLSyntax: Sendable, Hashable {
    case standard
    /// `{{ name }}` without quotes is a plain scalar of that text.
    ///
    /// Standard YAML parses it as a mapping whose key is a mapping, which nobody means.
    case template
}
