/// Cards that a job uses and that are not known to be on an offered node. A share counts as a card.
struct CardsElsewhere: Sendable, Hashable {
    /// At an unknown place: they may be on any node.
    var anywhere = 0
    /// On nodes that are not offered: lost, cordoned or paused.
    var away = 0
}
