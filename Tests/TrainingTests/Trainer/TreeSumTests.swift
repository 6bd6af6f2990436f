import Testing

@testable import Training

@Suite struct TreeSumTests {
  /// The tree by its definition: halves of a power of two, absent places left out.
  private func sum(_ values: [Int: Float], _ places: Range<Int>) -> Float? {
    if places.count == 1 { return values[places.lowerBound] }
    let middle = places.lowerBound + places.count / 2
    let (left, right) = (
      sum(values, places.lowerBound..<middle), sum(values, middle..<places.upperBound)
    )
    guard let left, let right else { return left ?? right }
    return left + right
  }

  @Test func sumsAreThoseOfTheTree() {
    for count in 1...20 {
      for left in [0, 3, 7] {
        let places = (0..<count).filter { left == 0 || $0 % left != 1 }
        var tree = TreeSum(length: 2)
        for _ in 0..<2 {
          tree.removeAll()
          for place in places {
            tree.add(at: place) {
              $0[0] = 1 / Float(place + 3)
              $0[1] = 1e7 / Float(place * place + 1)
            }
          }
          #expect(TreeSum.roots(of: places) == tree.roots.map(\.root))
          let total = tree.total().map(Array.init)
          #expect(
            total?[0]
              == sum(
                [Int: Float](uniqueKeysWithValues: places.map { ($0, 1 / Float($0 + 3)) }), 0..<32))
          #expect(
            total?[1]
              == sum(
                [Int: Float](uniqueKeysWithValues: places.map { ($0, 1e7 / Float($0 * $0 + 1)) }),
                0..<32))
        }
      }
    }
  }
}
