@testable internal import Scheduling
internal import Testing

@Suite("Collections")
struct CollectionTests {
    @Test("A heap returns its elements in order, however they were inserted")
    func heap() {
        var generator = SystemRandomNumberGenerator()
        let numbers = (0..<200).map { _ in Int.random(in: 0..<100, using: &generator) }
        var heap = Heap<Int>()
        for number in numbers { heap.insert(number) }
        #expect(heap.first == numbers.min())
        var taken: [Int] = []
        while let number = heap.removeFirst() { taken.append(number) }
        #expect(taken == numbers.sorted())
    }

    @Test("The second part is found wherever it begins, even in a slice", arguments: 0...9)
    func partition(start: Int) {
        let numbers = Array(0..<9)
        #expect(numbers.partitioningIndex { $0 >= start } == start)
        #expect(numbers[3...].partitioningIndex { $0 >= start } == max(3, start))
    }
}
