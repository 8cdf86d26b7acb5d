/// Expands `$(NAME)` in commands, arguments and variables, as kubelet does.
///
/// After `k8s.io/kubernetes/third_party/forked/golang/expansion`: `$$` is a dollar sign, and a reference to an unknown
/// name is left as it is.
enum VariableReferences {
    static func expand(_ text: String, with variables: [String: String]) -> String {
        var result: [UInt8] = []
        let bytes = Array(text.utf8)
        let dollar = UInt8(ascii: "$")
        var index = 0
        while index < bytes.count {
            guard bytes[index] == dollar, index + 1 < bytes.count else {
                result.append(bytes[index])
                index += 1
                continue
            }
            switch bytes[index + 1] {
            case dollar:
                result.append(dollar)
                index += 2
            case UInt8(ascii: "("):
                guard let end = bytes[(index + 2)...].firstIndex(of: UInt8(ascii: ")")) else {
                    result += bytes[index...(index + 1)]
                    index += 2
                    continue
                }
                let name = String(decoding: bytes[(index + 2)..<end], as: UTF8.self)
                if let value = variables[name] {
                    result += value.utf8
                } else {
                    result += bytes[index...end]
                }
                index = end + 1
            default:
                result.append(dollar)
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
