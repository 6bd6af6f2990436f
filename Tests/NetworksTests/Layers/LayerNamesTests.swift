import Engine
import Testing

@testable import Networks

/// Layers that are named, beside those that name themselves.
@Suite struct LayerNamesTests {
  private static func names(_ layers: [any Layer]) throws -> [String] {
    try Model(Sequential(layers), inputShape: [3], loss: .meanSquaredError).tensors.map(\.name)
  }

  /// Layers that name themselves leave out names that are given.
  @Test func namesThatAreGivenAreLeftOut() throws {
    let names = try Self.names([
      Dense(3, usesBias: false, name: "dense"), Dense(3, usesBias: false),
      Dense(3, usesBias: false, name: "dense_2"), Dense(3, usesBias: false),
    ])
    #expect(names == ["dense/kernel", "dense_1/kernel", "dense_2/kernel", "dense_3/kernel"])
  }

  /// A name that another has given itself before would make two layers one.
  @Test func aNameThatIsTakenIsRefused() {
    let problem = #expect(throws: Problem.self) {
      try Self.names([Dense(3, usesBias: false), Dense(3, usesBias: false, name: "dense")])
    }
    #expect(problem?.location == "dense/kernel")
  }

  /// One layer at two places is one layer still.
  @Test func aLayerUsedTwiceIsOne() throws {
    let layer = Dense(3, usesBias: false, name: "dense")
    #expect(try Self.names([layer, layer]) == ["dense/kernel"])
  }
}
