import Testing

@testable import Studio

@Suite struct PlaneTests {
  @Test(arguments: Plane.allCases)
  func aPlaneHasDifferentPointsOfAllItsClasses(_ plane: Plane) {
    for (count, noise, seed) in [(300, 0.0, 1 as UInt64), (301, 0.1, 2), (5000, 0, 3), (40, 1, 4)] {
      let points = plane.points(count: count, noise: noise, seed: seed)
      #expect(points.count == count)
      #expect(points == plane.points(count: count, noise: noise, seed: seed))
      #expect(Set(points.map { [$0.x, $0.y] }).count == count)
      #expect(points.allSatisfy { $0.x.isFinite && $0.y.isFinite && $0.target.isFinite })
      if noise == 0 { #expect(points.allSatisfy { max($0.x.magnitude, $0.y.magnitude) <= 6 }) }
      if plane.hasNumbers {
        #expect(Set(points.map(\.target)).count > count / 2)
      } else {
        let second = points.count { $0.target == 1 }
        #expect(second == count / 2)
        #expect(Set(points.map(\.target)) == [0, 1])
      }
    }
  }

  @Test(arguments: Plane.allCases)
  func anotherSeedOrNoiseMakesOtherPoints(_ plane: Plane) {
    let points = plane.points(count: 50, noise: 0.2, seed: 1)
    #expect(points != plane.points(count: 50, noise: 0.2, seed: 2))
    #expect(points != plane.points(count: 50, noise: 0.3, seed: 1))
  }
}
