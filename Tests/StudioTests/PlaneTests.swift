import Testing

@testable import Studio

@Suite struct PlaneTests {
  @Test func everyPlaneHasAName() {
    #expect(Set(Plane.allCases.map(\.rawValue)).count == Plane.allCases.count)
  }
}
