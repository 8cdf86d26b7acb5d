internal import MaaSControl
internal import MaaSCore

/// The requested page of tasks: `?page_no=1&page_size=10&status=RUNNING&model_name=demo&start_time=20261124000000`.
struct SynthesisPage {
    /// From 1.
    let number: Int
    let size: Int
    let filter: TaskFilter

    var offset: Int { (self.number - 1) * self.size }

    /// Throws 422 with all faults.
    init(_ query: WebQuery) throws(WebError) {
        var faults: [WebError.Field] = []
        self.number = query.number("page_no", in: 1...1_000_000, default: 1, &faults)
        self.size = query.number("page_size", in: 1...100, default: 10, &faults)
        var filter = TaskFilter()
        if let status = query["status"], !status.isEmpty {
            filter.states = SynthesisTask.states(of: status) ?? []
            if filter.states.isEmpty {
                faults.append(.init("status", "must be one of PENDING, RUNNING, SUCCEEDED, FAILED, CANCELED"))
            }
        }
        filter.template = query["model_name"].flatMap { $0.isEmpty ? nil : $0 }
        filter.from = Self.time("start_time", query, &faults)
        filter.until = Self.time("end_time", query, &faults)
        self.filter = filter
        guard faults.isEmpty else { throw .invalid(faults) }
    }

    /// `YYYYMMDDhhmmss`, in UTC.
    private static func time(_ name: String, _ query: WebQuery, _ faults: inout [WebError.Field]) -> Timestamp? {
        guard let text = query[name], !text.isEmpty else { return nil }
        let digits = Array(text)
        var time: Timestamp?
        if digits.count == 14 {
            func part(_ range: Range<Int>) -> String { String(digits[range]) }
            time = Timestamp(
                "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(8..<10)):\(part(10..<12)):\(part(12..<14))Z"
            )
        }
        if time == nil { faults.append(.init(name, "must be a time such as 20261124080000")) }
        return time
    }
}
