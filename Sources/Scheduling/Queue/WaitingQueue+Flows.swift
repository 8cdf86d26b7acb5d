/// Flows lie side by side, those of a user by class.
extension WaitingQueue {
    func flow(of user: Int, rank: Int) -> Int { user * self.classes + rank }

    func flow(of lane: Int) -> Int {
        let key = self.lanes[lane].key
        return self.flow(of: key.user, rank: key.rank)
    }

    func user(of flow: Int) -> Int { flow / self.classes }

    func rank(of flow: Int) -> Int { flow % self.classes }
}
