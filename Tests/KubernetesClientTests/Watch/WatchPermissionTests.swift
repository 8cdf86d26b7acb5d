import Testing

@testable import KubernetesClient

struct WatchPermissionTests {
    private let start = ContinuousClock.now

    @Test func withoutPermissionRetriesBackOff() {
        var permission = WatchPermission(doubt: .seconds(60))
        let first = permission.refused(at: self.start)
        #expect(first.map { $0 <= .seconds(5) } == true)
        for _ in 0..<10 { _ = permission.refused(at: self.start) }
        let later = permission.refused(at: self.start)
        #expect(later.map { $0 >= .seconds(150) } == true)
    }

    /// One that has just started refuses everything, also to those whom it has granted nothing yet.
    @Test func aServerThatIsNotReadyIsNotBelieved() {
        for wasGranted in [false, true] {
            var permission = WatchPermission(doubt: .seconds(60))
            if wasGranted { permission.granted() }
            #expect(permission.refused(at: self.start, isServerReady: false) == nil)
            // Nor does its refusal count when it is.
            let refused = permission.refused(at: self.start + .seconds(61), isServerReady: true)
            #expect((refused == nil) == wasGranted)
        }
    }

    /// What may be listed but not watched is done without until a watch is accepted, not doubted anew after each list.
    @Test func aListEndsNoRefusal() {
        var permission = WatchPermission(doubt: .seconds(60))
        permission.listed()
        #expect(permission.refused(at: self.start) == nil)
        permission.listed()
        #expect(permission.refused(at: self.start + .seconds(60)) != nil)
        permission.listed()
        let later = permission.refused(at: self.start + .seconds(65))
        #expect(later.map { $0 >= .seconds(5) } == true)
        permission.granted()
        #expect(permission.refused(at: self.start + .seconds(75)) == nil)
    }

    /// Nor does one that comes after permission was missing altogether.
    @Test func aListIsNoPermission() {
        var permission = WatchPermission(doubt: .seconds(60))
        #expect(permission.refused(at: self.start) != nil)
        permission.listed()
        #expect(permission.refused(at: self.start + .seconds(5)) != nil)
    }

    @Test func grantedPermissionSurvivesOneRefusal() {
        var permission = WatchPermission(doubt: .seconds(60))
        permission.granted()
        #expect(permission.refused(at: self.start) == nil)
        #expect(permission.refused(at: self.start + .seconds(59)) == nil)
        #expect(permission.refused(at: self.start + .seconds(60)) != nil)
        permission.granted()
        #expect(permission.refused(at: self.start + .seconds(61)) == nil)
    }
}
