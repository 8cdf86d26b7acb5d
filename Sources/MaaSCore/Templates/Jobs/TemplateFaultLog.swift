/// Collects the faults of one template file.
final class TemplateFaultLog {
    private let file: String
    private(set) var faults: [TemplateFault] = []

    init(file: String) {
        self.file = file
    }

    func report(_ message: String, at path: String, line: Int) {
        self.faults.append(TemplateFault(file: self.file, line: line, path: path, message: message))
    }
}
