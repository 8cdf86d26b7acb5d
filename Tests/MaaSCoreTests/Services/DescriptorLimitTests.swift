internal import Glibc
internal import MaaSCore
internal import Testing

@Suite("Descriptor limit")
struct DescriptorLimitTests {
    private func set(soft: UInt64, hard: UInt64) {
        var limit = rlimit(rlim_cur: rlim_t(soft), rlim_max: rlim_t(hard))
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    @Test("It is raised as far as the hard limit, and never lowered")
    func raise() {
        let before = DescriptorLimit.current
        defer { self.set(soft: before.soft, hard: before.hard) }
        // By a little, because the other tests are in the same process.
        self.set(soft: before.soft - 2, hard: before.hard)
        DescriptorLimit.raise(to: before.soft - 3)
        #expect(DescriptorLimit.current.soft == before.soft - 2)
        DescriptorLimit.raise(to: before.soft - 1)
        #expect(DescriptorLimit.current.soft == before.soft - 1)
        DescriptorLimit.raise(to: .max)
        #expect(DescriptorLimit.current.soft == before.hard)
        #expect(DescriptorLimit.current.hard == before.hard)
    }
}
