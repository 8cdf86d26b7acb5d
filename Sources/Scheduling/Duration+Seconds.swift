/// This target imports nothing, MaaSCore neither.
extension Duration {
    var inSeconds: Double { self / .seconds(1) }
}
