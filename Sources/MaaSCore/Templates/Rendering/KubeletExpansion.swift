/// The kubelet's expansion of `$(NAME)` in `command`, `args` and `env[].value`, where `$$` is a dollar sign
/// (k8s.io/kubernetes, third_party/forked/golang/expansion).
enum KubeletExpansion {
    /// The value escaped so that the expansion returns it unchanged.
    static func escaped(_ value: String) -> String {
        // Few values have one, and searching the bytes takes a fraction of the time.
        value.utf8.contains(UInt8(ascii: "$")) ? value.replacing("$", with: "$$") : value
    }

    /// Whether a literal ends inside a possible reference, with a single `$` or within `$(`, which the following text
    /// could complete.
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
