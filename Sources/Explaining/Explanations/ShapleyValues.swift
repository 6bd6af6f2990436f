import Engine
import Platform

/// What each player adds to a value that coalitions of players have (Shapley, *A value for n-person games*,
/// 1953): the mean, over all orders in which they can come in, of what the value rises by when the player
/// does. Together they are the value of all less the value of none, whatever the function.
///
/// Few players are counted out; of many, orders are drawn in pairs, one the reverse of the other (Mitchell
/// and others, *Sampling permutations for Shapley value estimation*, 2022).
struct ShapleyValues: Equatable {
  /// One for each player.
  var values: [Double]
  /// The standard error of each, of the drawing of orders; 0 where all were counted.
  var errors: [Double]
  /// The value of no player.
  var least: Double
  /// The value of all players.
  var whole: Double
  /// How many coalitions were asked for.
  var evaluations: Int
  /// Whether all orders were counted.
  var isExact: Bool

  /// The value of each of some coalitions: for each player whether it is in.
  typealias Game = (_ coalitions: [[Bool]]) throws -> [Double]

  /// Fewer pairs of orders say too little of how much they differ.
  static let leastPairs = 4
  /// Coalitions that are asked for together.
  private static let part = 256

  /// - Parameters:
  ///   - evaluations: about how many coalitions may be asked for; a few orders are always drawn.
  ///   - seed: of the orders.
  ///   - progress: told how many coalitions of how many have been asked for; throws to end.
  /// - Throws: what the game or the progress throws.
  init(
    players: Int, evaluations: Int, seed: UInt64,
    progress: (_ done: Int, _ of: Int) throws -> Void = { _, _ in }, _ game: Game
  ) throws {
    let ends = try game([Self.none(players), Self.all(players)])
    (least, whole) = (ends[0], ends[1])
    (values, errors) = (Self.zeros(players), Self.zeros(players))
    (self.evaluations, isExact) = (2, true)
    switch players {
    case 0: break
    case 1: values = [whole - least]
    case _ where players < 31 && 1 << players <= evaluations: try count(players, progress, game)
    default: try draw(players, evaluations, seed, progress, game)
    }
  }

  private static func none(_ players: Int) -> [Bool] { [Bool](repeating: false, count: players) }
  private static func all(_ players: Int) -> [Bool] { [Bool](repeating: true, count: players) }
  private static func zeros(_ players: Int) -> [Double] { [Double](repeating: 0, count: players) }

  // MARK: All coalitions

  private mutating func count(
    _ players: Int, _ progress: (Int, Int) throws -> Void, _ game: Game
  ) throws {
    let last = (1 << players) - 1
    var values = [least]
    for start in stride(from: 1, to: last, by: Self.part) {
      try progress(start, last)
      values += try game(
        (start..<min(last, start + Self.part)).map { set in
          (0..<players).map { set >> $0 & 1 == 1 }
        })
    }
    values.append(whole)
    // Of the orders of n players, |S|! (n − |S| − 1)! have exactly S before a player.
    var share = 1 / Double(players)
    let shares = (0..<players).map { size in
      defer { share *= Double(size + 1) / Double(max(1, players - size - 1)) }
      return share
    }
    for set in 0..<last {
      let size = set.nonzeroBitCount
      for player in 0..<players where set >> player & 1 == 0 {
        self.values[player] += shares[size] * (values[set | 1 << player] - values[set])
      }
    }
    evaluations = last + 1
  }

  // MARK: Orders drawn

  private mutating func draw(
    _ players: Int, _ evaluations: Int, _ seed: UInt64, _ progress: (Int, Int) throws -> Void,
    _ game: Game
  ) throws {
    let pairs = max(Self.leastPairs, evaluations / (2 * (players - 1)))
    var generator = RandomGenerator(seed: seed)
    var (sums, squares) = (Self.zeros(players), Self.zeros(players))
    for pair in 0..<pairs {
      let order = generator.permutation(players)
      let one = try rises(order, (2 * pair, 2 * pairs), progress, game)
      let other = try rises(order.reversed(), (2 * pair + 1, 2 * pairs), progress, game)
      for player in 0..<players {
        let mean = (one[player] + other[player]) / 2
        sums[player] += mean
        squares[player] += mean * mean
      }
    }
    let count = Double(pairs)
    values = sums.map { $0 / count }
    errors = zip(sums, squares).map { sum, square in
      (max(0, square - sum * sum / count) / (count - 1) / count).squareRoot()
    }
    self.evaluations = 2 + 2 * pairs * (players - 1)
    isExact = false
  }

  /// What the value rises by as one player after another comes in.
  private func rises(
    _ order: [Int], _ walk: (place: Int, of: Int), _ progress: (Int, Int) throws -> Void,
    _ game: Game
  ) throws -> [Double] {
    var rises = Self.zeros(order.count)
    var coalition = Self.none(order.count)
    var before = least
    for start in stride(from: 0, to: order.count, by: Self.part) {
      try progress(walk.place * order.count + start, walk.of * order.count)
      let players = order[start..<min(order.count, start + Self.part)]
      let coalitions = players.map { player in
        coalition[player] = true
        return coalition
      }
      let isLast = start + players.count == order.count
      var values = try game(isLast ? Array(coalitions.dropLast()) : coalitions)
      if isLast { values.append(whole) }
      for (player, value) in zip(players, values) {
        rises[player] = value - before
        before = value
      }
    }
    return rises
  }
}
