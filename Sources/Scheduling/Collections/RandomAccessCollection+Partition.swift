extension RandomAccessCollection {
    /// The index of the first element that `belongs` to the second part of a partitioned collection, by binary search.
    /// As in swift-algorithms.
    package func partitioningIndex(where belongs: (Element) -> Bool) -> Index {
        var low = self.startIndex
        var count = self.count
        while count > 0 {
            let half = count / 2
            let middle = self.index(low, offsetBy: half)
            if belongs(self[middle]) {
                count = half
            } else {
                low = self.index(after: middle)
                count -= half + 1
            }
        }
        return low
    }
}
