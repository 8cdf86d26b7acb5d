extension TaskFailure {
    /// The code as a metric label, which must be one of few: `other` if it is no ``FailureCode``.
    package var label: String { FailureCode(rawValue: self.code) == nil ? Self.otherLabel : self.code }

    /// All values of ``label``.
    package static var labels: [String] { FailureCode.allCases.map(\.rawValue) + [Self.otherLabel] }

    private static let otherLabel = "other"
}
