/// The format of a value in a configuration file: how to parse it, and how to describe what was expected.
struct ScalarFormat<Value> {
    /// Completes "expected …".
    let expected: String
    /// A secret is never shown, even when it is invalid.
    var isSecret = false
    let parse: (String) -> Value?
}

extension ScalarFormat<String> {
    /// Any nonempty text.
    static var text: Self {
        Self(expected: "a string") { $0.isEmpty ? nil : $0 }
    }

    /// A secret of at least `minimum` characters.
    static func secret(minimum: Int = 1) -> Self {
        Self(expected: minimum == 1 ? "a secret" : "a secret of \(minimum) characters or more", isSecret: true) {
            $0.count >= minimum ? $0 : nil
        }
    }

    /// A URL with one of these schemes and a host. Never shown, because it may contain a password.
    static func url(_ schemes: String...) -> Self {
        let example = schemes.map { "\($0)://host" }.joined(separator: " or ")
        return Self(expected: "an address such as \(example)", isSecret: true) { text in
            guard let separator = text.firstRange(of: "://"),
                schemes.contains(text[..<separator.lowerBound].lowercased())
            else { return nil }
            let rest = text[separator.upperBound...]
            let authority = rest.prefix { !"/?#".contains($0) }
            let host = authority[(authority.lastIndex(of: "@").map(authority.index(after:)) ?? authority.startIndex)...]
            // libpq accepts several hosts; each is checked.
            let hosts = host.split(separator: ",", omittingEmptySubsequences: false)
            guard hosts.allSatisfy(Self.isHost), !text.contains(where: { $0.isWhitespace || $0.isNewline }) else {
                return nil
            }
            return text
        }
    }

    private static func isHost(_ text: Substring) -> Bool {
        ListenAddress(parsing: String(text)) != nil || ListenAddress(parsing: text + ":0") != nil
    }

    /// The name of a bucket, by S3's rules for general purpose buckets.
    static var bucket: Self {
        Self(expected: "3 to 63 lower-case letters, digits, - and ., not - or . at either end") { text in
            Self.isName(text, also: "-.") && text.count >= 3 ? text : nil
        }
    }

    /// A label by RFC 1123: the name of a namespace or a node.
    static var label: Self {
        Self(expected: "1 to 63 lower-case letters, digits and -, not at either end") { text in
            Self.isName(text, also: "-") ? text : nil
        }
    }

    static func isName(_ text: String, also punctuation: String) -> Bool {
        let isLetterOrDigit = { (character: Character) in
            character.isASCII && (character.isLowercase || character.isNumber)
        }
        return (1...63).contains(text.count)
            && text.allSatisfy { isLetterOrDigit($0) || punctuation.contains($0) }
            && isLetterOrDigit(text.first ?? "-") && isLetterOrDigit(text.last ?? "-")
    }
}

extension ScalarFormat<Int> {
    static func integer(_ range: ClosedRange<Int>) -> Self {
        Self(expected: "a whole number from \(range.lowerBound) to \(range.upperBound)") { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }
}

extension ScalarFormat<Bool> {
    static var flag: Self {
        Self(expected: "true or false") { ["true": true, "false": false][$0] }
    }
}

extension ScalarFormat<Duration> {
    static func duration(_ range: ClosedRange<Duration>) -> Self {
        Self(expected: "a duration from \(range.lowerBound.text) to \(range.upperBound.text), such as 500ms, 5s or 2m")
        {
            Duration(parsing: $0).flatMap { range.contains($0) ? $0 : nil }
        }
    }
}

extension ScalarFormat<ByteCount> {
    static func bytes(_ range: ClosedRange<ByteCount>) -> Self {
        Self(expected: "a size from \(range.lowerBound) to \(range.upperBound), such as 512KiB or 20MiB") {
            ByteCount(parsing: $0).flatMap { range.contains($0) ? $0 : nil }
        }
    }
}

extension ScalarFormat<ListenAddress> {
    static var listenAddress: Self {
        Self(
            expected: "an address and a port, such as 127.0.0.1:8080 or [::]:8080",
            parse: ListenAddress.init(parsing:)
        )
    }
}

extension ScalarFormat<[IPNetwork]> {
    static var networks: Self {
        Self(expected: "networks such as 10.20.0.0/16, separated by commas") { text in
            let parts = text.split(separator: ",").map { $0.filter { $0 != " " } }
            let networks = parts.compactMap(IPNetwork.init)
            return networks.count == parts.count ? networks : nil
        }
    }
}

extension ScalarFormat where Value == AllowedOrigins {
    static var origins: Self {
        Self(expected: "origins such as https://studio.example.com, separated by commas", parse: AllowedOrigins.init)
    }
}

extension ScalarFormat where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of the values of an enumeration.
    static var choice: Self {
        Self(expected: "one of " + Value.allCases.map(\.rawValue).joined(separator: ", "), parse: Value.init(rawValue:))
    }
}
