internal import Testing

@testable internal import MaaSCore

@Suite("Address policy")
struct AddressPolicyTests {
    @Test(arguments: [
        "127.0.0.1", "127.255.0.9", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
        "100.100.100.200", "0.0.0.0", "224.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.0.192", "::", "::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::7f00:1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1", "fe80::1", "fc00::1",
        "fd12:3456::1", "ff02::1", "2002:7f00:1::1", "2001:0:1::1", "2001:db8::1", "3fff::1", "fec0::1", "100::1",
    ])
    func privateAndSpecialAddressesAreRejected(_ text: String) throws {
        #expect(AddressPolicy.publicOnly().admits(try #require(IPAddress(text))) == false)
    }

    @Test(arguments: [
        "1.1.1.1", "8.8.8.8", "172.15.255.255", "172.32.0.1", "100.63.255.255", "100.128.0.1", "169.253.255.255",
        "191.255.255.255", "223.255.255.255", "2606:4700::1111", "2a00:1450::1", "2001:4860::1", "::ffff:8.8.8.8",
    ])
    func publicAddressesAreAllowed(_ text: String) throws {
        #expect(AddressPolicy.publicOnly().admits(try #require(IPAddress(text))))
    }

    @Test func theOperatorsNetworksAreAllowedToo() throws {
        let policy = AddressPolicy.publicOnly(
            except: ["10.2.0.0/15", "fd00:1::/32", "127.0.0.1"].compactMap(IPNetwork.init)
        )
        for text in ["10.2.0.1", "10.3.255.255", "fd00:1::9", "127.0.0.1", "::ffff:10.2.0.1"] {
            #expect(policy.admits(try #require(IPAddress(text))), "\(text)")
        }
        for text in ["10.1.255.255", "10.4.0.0", "fd00:2::9", "127.0.0.2"] {
            #expect(policy.admits(try #require(IPAddress(text))) == false, "\(text)")
        }
    }

    @Test(arguments: [
        "", "10.0.0", "10.0.0.0/33", "10.0.0.0/-1", "fd00::/129", "example.com/8", "10.0.0.0/8/9", "0x7f.1",
    ])
    func otherTextsAreRejected(_ text: String) { #expect(IPNetwork(text) == nil) }

    @Test func anAddressIsWrittenAsItIsRead() {
        for text in ["10.0.0.1", "2001:db8::1", "::1"] { #expect(IPAddress(text)?.description == text) }
        #expect(IPAddress("::ffff:1.2.3.4")?.description == "1.2.3.4")
        #expect(IPNetwork("0.0.0.0/0")?.contains(IPAddress("::1")!) == false)
        #expect(IPNetwork("::/0")?.contains(IPAddress("1.2.3.4")!) == true)
    }
}
