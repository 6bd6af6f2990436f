import Engine
import Foundation
import Testing

@testable import Networks

@Suite struct InitializerTests {
  private static let all: [any Initializer] = [
    .glorotUniform, .glorotNormal, .heUniform, .heNormal, .lecunUniform, .lecunNormal,
    .orthogonal(), .zeros, .ones, .constant(3), .uniform(minimum: -1, maximum: 2),
    .normal(mean: 1, deviation: 2), .truncatedNormal(mean: 1, deviation: 2),
  ]

  private func values(
    _ initializer: any Initializer, _ shape: TensorShape, seed: UInt64 = 4
  ) -> [Double] {
    var generator = RandomGenerator(seed: seed)
    return initializer.values(shape: shape, generator: &generator).values.map(Double.init)
  }

  private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

  private func variance(_ values: [Double]) -> Double {
    let mean = mean(values)
    return self.mean(values.map { ($0 - mean) * ($0 - mean) })
  }

  @Test func fansAreCountedAsKerasDoes() {
    let cases: [(TensorShape, Double, Double)] = [
      (.scalar, 1, 1), ([7], 7, 7), ([3, 5], 3, 5), ([4, 3, 5], 12, 20),
      ([3, 3, 16, 32], 144, 288), ([2, 3, 4, 5, 6], 120, 144), ([0, 5], 1, 5),
    ]
    for (shape, inputs, outputs) in cases {
      let fans = Fans(of: shape)
      #expect(fans.in == inputs && fans.out == outputs, "\(shape)")
    }
  }

  /// [5, 5, 40, 80]: fan in 1000, fan out 2000, 80,000 numbers; the standard error of a variance is
  /// then below 0.5 % of it.
  @Test func variancesAreThoseOfTheTable() {
    let expected: [(any Initializer, Double, limit: Double)] = [
      (.glorotUniform, 2.0 / 3000, (6.0 / 3000).squareRoot()),
      (.glorotNormal, 2.0 / 3000, 2 * (2.0 / 3000).squareRoot() / 0.87962566103423978),
      (.heUniform, 2.0 / 1000, (6.0 / 1000).squareRoot()),
      (.heNormal, 2.0 / 1000, 2 * (2.0 / 1000).squareRoot() / 0.87962566103423978),
      (.lecunUniform, 1.0 / 1000, (3.0 / 1000).squareRoot()),
      (.lecunNormal, 1.0 / 1000, 2 * (1.0 / 1000).squareRoot() / 0.87962566103423978),
      (.uniform(minimum: -0.1, maximum: 0.1), 0.01 / 3, 0.1),
      (.normal(deviation: 0.5), 0.25, .infinity),
      (.truncatedNormal(deviation: 0.5), 0.25 * 0.87962566103423978 * 0.87962566103423978, 1),
    ]
    for (initializer, variance, limit) in expected {
      let values = values(initializer, [5, 5, 40, 80])
      #expect(abs(mean(values)) < 0.02 * variance.squareRoot(), "\(initializer)")
      #expect(abs(self.variance(values) / variance - 1) < 0.02, "\(initializer)")
      let largest = values.map(abs).max()!
      #expect(largest <= limit * (1 + 1e-7), "\(initializer)")
      if limit.isFinite { #expect(largest > 0.99 * limit, "\(initializer)") }
    }
  }

  @Test func settingsShiftAndFill() {
    #expect(Set(values(.zeros, [3, 4])) == [0])
    #expect(Set(values(.ones, [3, 4])) == [1])
    #expect(Set(values(.constant(-2.5), [3, 4])) == [-2.5])
    let uniform = values(.uniform(minimum: 2, maximum: 3), [50_000])
    #expect(uniform.min()! >= 2 && uniform.max()! <= 3 && abs(mean(uniform) - 2.5) < 0.01)
    #expect(abs(mean(values(.normal(mean: 5, deviation: 1), [50_000])) - 5) < 0.03)
    let truncated = values(.truncatedNormal(mean: 5, deviation: 1), [50_000])
    #expect(truncated.min()! >= 3 && truncated.max()! <= 7 && abs(mean(truncated) - 5) < 0.03)
  }

  /// QᵀQ = gain²·I for tall matrices, QQᵀ for wide ones, within what 32-bit numbers allow.
  @Test func orthogonalIsOrthogonal() {
    for (shape, rows, columns) in [
      ([64, 64], 64, 64), ([100, 7], 100, 7), ([7, 100], 7, 100), ([3, 3, 4, 8], 36, 8),
      ([5, 1], 5, 1), ([1, 5], 1, 5), ([6], 6, 1), (.scalar, 1, 1),
    ] as [(TensorShape, Int, Int)] {
      let gain = 1.5
      let q = values(.orthogonal(gain: gain), shape)
      let tall = rows >= columns
      let (count, length) = tall ? (columns, rows) : (rows, columns)
      func element(_ vector: Int, _ index: Int) -> Double {
        tall ? q[index * columns + vector] : q[vector * columns + index]
      }
      for a in 0..<count {
        for b in a..<count {
          let product = (0..<length).reduce(0) { $0 + element(a, $1) * element(b, $1) }
          #expect(abs(product / (gain * gain) - (a == b ? 1 : 0)) < 1e-6, "\(shape) \(a) \(b)")
        }
      }
    }
  }

  /// Uniform among all orthogonal matrices: E[trace] = 0 and E[trace²] = 1, and either sign of the
  /// determinant is as likely (a QR decomposition without mended signs fails this).
  @Test func orthogonalIsUniformlyDistributed() {
    var generator = RandomGenerator(seed: 9)
    var traces: [Double] = []
    var positive = 0
    let rounds = 20_000
    for _ in 0..<rounds {
      let q = Initializers.Orthogonal().values(shape: [3, 3], generator: &generator).values
        .map(Double.init)
      traces.append(q[0] + q[4] + q[8])
      let determinant =
        q[0] * (q[4] * q[8] - q[5] * q[7]) - q[1] * (q[3] * q[8] - q[5] * q[6])
        + q[2] * (q[3] * q[7] - q[4] * q[6])
      if determinant > 0 { positive += 1 }
    }
    #expect(abs(mean(traces)) < 0.03)
    #expect(abs(variance(traces) - 1) < 0.05)
    #expect(abs(Double(positive) / Double(rounds) - 0.5) < 0.015)
  }

  @Test func sameSeedSameBits() {
    for initializer in Self.all {
      for shape in [[6, 5], [2, 2, 3, 4], [4], .scalar, [0, 3], [3, 0]] as [TensorShape] {
        let first = values(initializer, shape)
        #expect(first.count == shape.count)
        #expect(first == values(initializer, shape), "\(initializer) \(shape)")
        #expect(first.allSatisfy { $0.isFinite })
      }
    }
    for initializer in Self.all.prefix(7) {
      #expect(values(initializer, [6, 5]) != values(initializer, [6, 5], seed: 5))
    }
    // Each call goes on in the stream, so two layers of one shape differ.
    var generator = RandomGenerator(seed: 1)
    let first = Initializers.HeNormal().values(shape: [4, 4], generator: &generator)
    #expect(first != Initializers.HeNormal().values(shape: [4, 4], generator: &generator))
  }

  @Test func jsonForms() throws {
    typealias Form = Named<Initializers>
    for initializer in Self.all.map(Form.init) {
      let text = try JSONEncoder().encode([initializer])
      #expect(try JSONDecoder().decode([Form].self, from: text) == [initializer])
    }
    func read(_ text: String) throws -> any Initializer {
      let named = try JSONText.decode(Named<Initializers>.self, from: text, at: "text")
      return named.wrappedValue
    }
    func expect(_ text: String, _ initializer: any Initializer) throws {
      #expect(try read(text).isSame(as: initializer), "\(text)")
    }
    let written = try JSONEncoder().encode([Form(wrappedValue: .heNormal)])
    #expect(written == Data("[\"he_normal\"]".utf8))
    try expect("\"glorotUniform\"", .glorotUniform)
    try expect("\"he_normal\"", .heNormal)
    try expect("\"random_normal\"", .normal(mean: 0, deviation: 0.05))
    try expect("{\"name\":\"orthogonal\"}", .orthogonal(gain: 1))
    try expect("{\"name\":\"orthogonal\",\"gain\":2}", .orthogonal(gain: 2))
    try expect("{\"name\":\"uniform\",\"maximum\":1}", .uniform(minimum: -0.05, maximum: 1))
    for wrong in [
      "\"xavier\"", "{\"name\":\"zeros\",\"gain\":1}", "{\"name\":\"normal\",\"deviation\":-1}",
      "{\"name\":\"uniform\",\"minimum\":1,\"maximum\":0}",
      "{\"name\":\"constant\",\"value\":1e39}",
    ] {
      #expect(throws: Problem.self, "\(wrong)") { try read(wrong) }
    }
    let problem = #expect(throws: Problem.self) {
      try read("{\"name\":\"orthogonal\",\"gian\":2}")
    }
    #expect(
      problem?.description
        == "initializer.gian: expected a setting of orthogonal, found `gian`. Fix: write `gain`.")
  }
}
