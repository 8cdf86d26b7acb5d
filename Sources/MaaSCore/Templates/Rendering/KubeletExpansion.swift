/// The kubelet's expansion of `$(NAME)` in `command`, `args` and `env[].value`, where `$$` is a dollar sign
/// (k8s.io/kubernetes, third_party/forked/golang/expansion).
enum KubeletExpansion {
    /// A value that comes out of the expansion as it is.
    static func escaped(_ value: String) -> String {
        value.replacing("$", with: "$$")
    }

    /// Whether a literal ends so that what follows could become part of a reference: with a `$` that begins something,
    /// or within `$(`.
    static func isOpen(_ literal: String) -> Bool {
        var rest = Substring(literal)
        while let dollar = rest.firstIndex(of: "$") {
            rest = rest[rest.index(after: dollar)...]
            switch rest.popFirst() {
            case nil: return true
            case "(":
                guard let close = rest.firstIndex(of: ")") else { return true }
                rest = rest[rest.index(after: close)...]
            default: break
            }
        }
        return false
    }
}
