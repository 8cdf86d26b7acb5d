/// The free GPUs of one node.
struct NodeGPUs: Sendable {
    /// A card that shares have been taken of: what is left.
    struct SharedCard: Sendable {
        var id: Int
        var memory: Int
        var cores: Int
        var shares: Int
    }

    /// Cards of which nothing is taken. Below 0 on a node that shrank below what it holds.
    private(set) var whole: Int
    private(set) var shared: [SharedCard] = []
    private let limits: CardLimits

    init(whole: Int, limits: CardLimits) {
        self.whole = whole
        self.limits = limits
    }

    /// What a pod with this demand takes here; nil when there is no room.
    ///
    /// A share goes to the fullest card that has room for it, so that cards stay whole for those who need them.
    ///
    /// - Parameter nextCard: the id of the first card that it opens.
    func portion(gpus: Int, share: GPUShare?, nextCard: Int) -> NodePortion? {
        guard let need = share.flatMap(self.limits.need) else {
            return gpus <= self.whole || gpus == 0 ? NodePortion(whole: gpus) : nil
        }
        guard need.memory <= self.limits.memory else { return nil }
        var cards = self.shared.filter { $0.memory >= need.memory && $0.cores >= max(1, need.cores) && $0.shares > 0 }
            .sorted { ($0.memory, $0.id) < ($1.memory, $1.id) }.prefix(gpus).map(\.id)
        let opened = gpus - cards.count
        guard opened <= self.whole || opened == 0 else { return nil }
        cards.append(contentsOf: nextCard..<nextCard + opened)
        return NodePortion(whole: 0, cards: cards, need: need)
    }

    /// What a pod takes that is here, whether there is room or not.
    func forcedPortion(gpus: Int, share: GPUShare?, nextCard: Int) -> NodePortion {
        if let portion = self.portion(gpus: gpus, share: share, nextCard: nextCard) { return portion }
        guard let need = share.flatMap(self.limits.need) else { return NodePortion(whole: gpus) }
        return NodePortion(whole: 0, cards: Array(nextCard..<nextCard + gpus), need: need)
    }

    /// Whole cards that it would use up.
    func opened(by portion: NodePortion) -> Int {
        portion.whole + portion.cards.count { id in !self.shared.contains { $0.id == id } }
    }

    mutating func take(_ portion: NodePortion) {
        self.whole -= portion.whole
        for id in portion.cards {
            let index = self.index(of: id)
            self.shared[index].memory -= portion.need.memory
            self.shared[index].cores -= portion.need.cores
            self.shared[index].shares -= 1
        }
    }

    mutating func give(_ portion: NodePortion) {
        self.whole += portion.whole
        for id in portion.cards {
            guard let index = self.shared.firstIndex(where: { $0.id == id }) else { continue }
            self.shared[index].memory += portion.need.memory
            self.shared[index].cores += portion.need.cores
            self.shared[index].shares += 1
            guard self.shared[index].shares == self.limits.shares else { continue }
            self.shared.remove(at: index)
            self.whole += 1
        }
    }

    /// Takes it for one who comes later: cards that are still to be opened are kept whole, because it is not known
    /// which they will be.
    mutating func reserve(_ portion: NodePortion) {
        var portion = portion
        portion.whole = self.opened(by: portion)
        portion.cards.removeAll { id in !self.shared.contains { $0.id == id } }
        self.take(portion)
    }

    /// What is free both here and there.
    func intersection(_ other: NodeGPUs) -> NodeGPUs {
        var both = self
        both.whole = min(self.whole, other.whole)
        both.shared = self.shared.compactMap { card in
            other.shared.first { $0.id == card.id }.map {
                SharedCard(
                    id: card.id,
                    memory: min(card.memory, $0.memory),
                    cores: min(card.cores, $0.cores),
                    shares: min(card.shares, $0.shares)
                )
            }
        }
        return both
    }

    /// Where the card is in the list; it is opened if it is not there.
    private mutating func index(of id: Int) -> Int {
        if let index = self.shared.firstIndex(where: { $0.id == id }) { return index }
        self.whole -= 1
        self.shared.append(
            SharedCard(id: id, memory: self.limits.memory, cores: CardLimits.cores, shares: self.limits.shares)
        )
        return self.shared.count - 1
    }
}
