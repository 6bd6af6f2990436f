import Formatting
import Testing

@testable import Charts

@Suite struct ScaleTests {
  @Test func ticksAreRoundAndHoldAllValues() {
    let scale = Scale([0.03, 0.97])
    #expect(scale.ticks == [0, 0.2, 0.4, 0.6, 0.8, 1])
    #expect(scale.ticks.map(scale.label) == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"])
    #expect(Scale([-7, 23]).ticks == [-10, 0, 10, 20, 30])
    #expect(Scale([0.1, 0.3]).ticks == [0.1, 0.15, 0.2, 0.25, 0.3])
    #expect(Scale([12_000_000, 47_000_000]).ticks.map(Scale([1.2e7, 4.7e7]).label).first == "1e7")
  }

  @Test func valuesLandWhereTheyShould() {
    let scale = Scale([0, 10])
    #expect(scale.fraction(of: 0) == 0)
    #expect(scale.fraction(of: 2.5) == 0.25)
    #expect(scale.fraction(of: 10) == 1)
    let decades = Scale([0.002, 50], kind: .logarithmic)
    #expect(decades.kind == .logarithmic)
    #expect(decades.low == 0.001)
    #expect(decades.high == 100)
    #expect((decades.fraction(of: 1) - 0.6).magnitude < 1e-12)
    #expect(decades.ticks.map(decades.label) == ["0.001", "0.01", "0.1", "1", "10", "100"])
  }

  @Test func epochsAreWholeAndFillTheAxis() {
    let scale = Scale((1...23).map(Double.init), isTight: true, isWhole: true)
    #expect(scale.low == 1)
    #expect(scale.high == 23)
    #expect(scale.ticks == [5, 10, 15, 20])
    #expect(Scale([1, 2, 3], isTight: true, isWhole: true).ticks == [1, 2, 3])
  }

  @Test func strangeValuesHaveAScaleToo() {
    for values in [
      [], [Double.nan], [.infinity], [0], [5], [-3, -3], [1e-300, 1e300], [1e308, -1e308],
    ] {
      for kind in [Scale.Kind.linear, .logarithmic] {
        let scale = Scale(values, kind: kind)
        #expect(scale.low < scale.high, "\(values)")
        #expect(!scale.ticks.contains { !$0.isFinite })
        #expect(scale.ticks.count < 50)
        #expect(scale.ticks == scale.ticks.sorted())
      }
    }
    #expect(Scale([0, 5], kind: .logarithmic).kind == .linear)
  }

  @Test func numbersAreWrittenBriefly() {
    #expect(1.50.attributeText == "1.5")
    #expect((-0.001).attributeText == "0")
    #expect(100.0.attributeText == "100")
    #expect(Double.nan.attributeText == "0")
    #expect(0.25.brief == "0.25")
    #expect(123456.7.brief == "123457")
    #expect(0.0123456.rough == "0.012")
    #expect(1234567.grouped == "1,234,567")
  }
}
