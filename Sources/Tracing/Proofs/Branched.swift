import Engine

/// A number in 64 bits that remembers which way every comparison on its path went: each maximum,
/// minimum, absolute value and choice. Where two nearby numbers remember different ways, there is a
/// kink between them.
struct Branched: NumericScalar {
  let real: Double
  /// A fingerprint of all decisions so far; 0 if there was none.
  let trail: UInt64

  init(_ constant: Double) { self.init(constant, 0) }

  private init(_ real: Double, _ trail: UInt64) {
    self.real = real
    self.trail = trail
  }

  private static func mixed(_ a: UInt64, _ b: UInt64) -> UInt64 {
    if b == 0 { return a }
    return (a << 7 | a >> 57) &* 0x9E37_79B9_7F4A_7C15 ^ b &* 0xC2B2_AE3D_27D4_EB4F
  }

  private static func decided(_ a: Branched, _ b: Branched, _ kept: UInt64) -> UInt64 {
    let outcome: UInt64 = a.real > b.real ? 1 : a.real < b.real ? 2 : 3
    return mixed(kept &+ 1, outcome)
  }

  static func + (a: Branched, b: Branched) -> Branched {
    Branched(a.real + b.real, mixed(a.trail, b.trail))
  }
  static func - (a: Branched, b: Branched) -> Branched {
    Branched(a.real - b.real, mixed(a.trail, b.trail))
  }
  static func * (a: Branched, b: Branched) -> Branched {
    Branched(a.real * b.real, mixed(a.trail, b.trail))
  }
  static func / (a: Branched, b: Branched) -> Branched {
    Branched(a.real / b.real, mixed(a.trail, b.trail))
  }
  static prefix func - (a: Branched) -> Branched { Branched(-a.real, a.trail) }
  static func exp(_ x: Branched) -> Branched { Branched(.exp(x.real), x.trail) }
  static func log(_ x: Branched) -> Branched { Branched(.log(x.real), x.trail) }
  static func tanh(_ x: Branched) -> Branched { Branched(.tanh(x.real), x.trail) }
  static func erf(_ x: Branched) -> Branched { Branched(.erf(x.real), x.trail) }
  static func sqrt(_ x: Branched) -> Branched { Branched(.sqrt(x.real), x.trail) }
  static func abs(_ x: Branched) -> Branched {
    Branched(.abs(x.real), decided(x, 0, x.trail))
  }
  static func max(_ a: Branched, _ b: Branched) -> Branched {
    Branched(.max(a.real, b.real), decided(a, b, mixed(a.trail, b.trail)))
  }
  static func min(_ a: Branched, _ b: Branched) -> Branched {
    Branched(.min(a.real, b.real), decided(a, b, mixed(a.trail, b.trail)))
  }
  static func select(
    _ a: Branched, greaterThan b: Branched, _ yes: Branched, else no: Branched
  ) -> Branched {
    let chosen = a.real > b.real ? yes : no
    return Branched(chosen.real, decided(a, b, mixed(mixed(a.trail, b.trail), chosen.trail)))
  }
}
