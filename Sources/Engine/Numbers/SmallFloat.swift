/// Numbers of 16 bits, as files keep weights.
package enum SmallFloat {
  /// The number that IEEE 754's half-precision form has these bits for. By whole numbers, since not every
  /// processor has such a type.
  package static func float(ofBits bits: UInt16) -> Float {
    let sign = UInt32(bits >> 15) << 31
    let exponent = UInt32(bits >> 10 & 31)
    let fraction = UInt32(bits & 1023)
    switch exponent {
    case 0:
      let value = Float(fraction) / Float(1 << 24)
      return sign == 0 ? value : -value
    case 31: return Float(bitPattern: sign | 0x7f80_0000 | fraction << 13)
    default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }

  /// The number of bfloat16's bits, which are the upper half of a 32-bit number's.
  package static func float(ofBrain bits: UInt16) -> Float {
    Float(bitPattern: UInt32(bits) << 16)
  }
}
