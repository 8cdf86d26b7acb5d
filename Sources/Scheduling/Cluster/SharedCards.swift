/// The shared cards of one node.
struct SharedCards: Sendable {
    /// A card's remaining capacity.
    private struct Card: Sendable {
        var id: Int
        var memory: Int
        var cores: Int
        var shares: Int
    }

    private var cards: [Card] = []

    func contains(_ id: Int) -> Bool { self.cards.contains { $0.id == id } }

    /// The ids of up to `count` cards with room for a share, fullest first, which keeps other cards whole.
    func withRoom(for need: CardLimits.Need, count: Int) -> [Int] {
        self.cards.filter { $0.memory >= need.memory && $0.cores >= max(1, need.cores) && $0.shares > 0 }
            .sorted { ($0.memory, $0.id) < ($1.memory, $1.id) }.prefix(count).map(\.id)
    }

    /// Takes a share of a card. Returns whether the card was whole before.
    mutating func take(_ need: CardLimits.Need, of id: Int, limits: CardLimits) -> Bool {
        let known = self.cards.firstIndex { $0.id == id }
        let index = known ?? self.cards.count
        if known == nil {
            self.cards.append(Card(id: id, memory: limits.memory, cores: CardLimits.cores, shares: limits.shares))
        }
        self.cards[index].memory -= need.memory
        self.cards[index].cores -= need.cores
        self.cards[index].shares -= 1
        return known == nil
    }

    /// Gives a share back. Returns whether the card is whole again.
    mutating func give(_ need: CardLimits.Need, of id: Int, limits: CardLimits) -> Bool {
        guard let index = self.cards.firstIndex(where: { $0.id == id }) else { return false }
        self.cards[index].memory += need.memory
        self.cards[index].cores += need.cores
        self.cards[index].shares += 1
        guard self.cards[index].shares == limits.shares else { return false }
        self.cards.remove(at: index)
        return true
    }

    /// What is free in both.
    func intersection(_ other: SharedCards) -> SharedCards {
        var both = self
        both.cards = self.cards.compactMap { card in
            other.cards.first { $0.id == card.id }.map {
                Card(
                    id: card.id,
                    memory: min(card.memory, $0.memory),
                    cores: min(card.cores, $0.cores),
                    shares: min(card.shares, $0.shares)
                )
            }
        }
        return both
    }
}
