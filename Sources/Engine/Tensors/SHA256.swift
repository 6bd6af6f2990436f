/// The hash function SHA-256 (NIST FIPS 180-4, 2015), fed piece by piece.
///
/// Model files, data manifests and the proof that every thread count gives the same bits rest on it.
/// The state is a value: a copy can be finished while the original goes on. Why not a package:
/// `Docs/decisions/0002-own-sha256.md`.
package struct SHA256: Sendable {
  private var state = SHA256.initialState
  /// The bytes of the unfinished block: the first `filled` of 64.
  private var block = [UInt8](repeating: 0, count: SHA256.blockSize)
  private var filled = 0
  /// Bytes given so far; the standard counts bits modulo 2⁶⁴.
  private var length: UInt64 = 0

  private static let blockSize = 64

  /// The hash of nothing yet.
  package init() {}

  /// Adds bytes at the end of what is hashed.
  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress, !bytes.isEmpty else { return }
    length &+= UInt64(bytes.count)
    var next = 0
    if filled > 0 {
      next = min(Self.blockSize - filled, bytes.count)
      fill(from: UnsafeRawBufferPointer(start: start, count: next))
      if filled < Self.blockSize { return }
      block.withUnsafeBytes { Self.compress(&state, $0.baseAddress!, blocks: 1) }
      filled = 0
    }
    let whole = (bytes.count - next) / Self.blockSize
    Self.compress(&state, start + next, blocks: whole)
    next += whole * Self.blockSize
    fill(from: UnsafeRawBufferPointer(start: start + next, count: bytes.count - next))
  }

  /// Adds bytes at the end of what is hashed.
  package mutating func update(_ bytes: some Sequence<UInt8>) {
    let done: Void? = bytes.withContiguousStorageIfAvailable { update(UnsafeRawBufferPointer($0)) }
    if done == nil { Array(bytes).withUnsafeBytes { update($0) } }
  }

  /// The 32 bytes of the hash of everything given.
  package consuming func finalize() -> [UInt8] {
    let bits = length &* 8
    // A single one bit, zeros, and the length in bits as the last eight bytes of a block.
    let zeros = (2 * Self.blockSize - 9 - filled) % Self.blockSize
    var padding: [UInt8] = [0x80] + [UInt8](repeating: 0, count: zeros)
    withUnsafeBytes(of: bits.bigEndian) { padding.append(contentsOf: $0) }
    update(padding)
    return state.flatMap { word in withUnsafeBytes(of: word.bigEndian) { Array($0) } }
  }

  /// The hash of these bytes as 64 lower-case hexadecimal digits.
  package static func hex(_ bytes: some Sequence<UInt8>) -> String {
    var hash = SHA256()
    hash.update(bytes)
    return text(hash.finalize())
  }

  /// The hash of a text's bytes.
  package static func hash(_ text: String) -> [UInt8] {
    var hash = SHA256()
    hash.update(text.utf8)
    return hash.finalize()
  }

  /// Bytes as lower-case hexadecimal digits, two a byte.
  package static func text(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var characters: [UInt8] = []
    for byte in bytes {
      characters.append(digits[Int(byte >> 4)])
      characters.append(digits[Int(byte & 15)])
    }
    return String(decoding: characters, as: UTF8.self)
  }

  private mutating func fill(from bytes: UnsafeRawBufferPointer) {
    let start = filled
    block.withUnsafeMutableBytes {
      UnsafeMutableRawBufferPointer(rebasing: $0[start...]).copyMemory(from: bytes)
    }
    filled += bytes.count
  }
}

extension SHA256 {
  /// Section 5.3.3: fractions of the square roots of the first eight primes.
  private static let initialState: [UInt32] = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a,
    0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
  ]

  /// Section 4.2.2: fractions of the cube roots of the first 64 primes.
  private static let roundConstants: [UInt32] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4,
    0xab1c_5ed5, 0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe,
    0x9bdc_06a7, 0xc19b_f174, 0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f,
    0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da, 0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7,
    0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967, 0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc,
    0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85, 0xa2bf_e8a1, 0xa81a_664b,
    0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070, 0x19a4_c116,
    0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7,
    0xc671_78f2,
  ]

  /// Section 6.2.2 for blocks of 64 bytes that lie one after the other.
  private static func compress(
    _ state: inout [UInt32], _ bytes: UnsafeRawPointer, blocks: Int
  ) {
    guard blocks > 0 else { return }
    state.withUnsafeMutableBufferPointer { state in
      roundConstants.withUnsafeBufferPointer { k in
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { w in
          for index in 0..<blocks {
            compressOne(
              state.baseAddress!, bytes + index * blockSize, k.baseAddress!, w.baseAddress!)
          }
        }
      }
    }
  }

  /// One block. Names are the standard's: working variables a…h, schedule w, constants k.
  private static func compressOne(
    _ state: UnsafeMutablePointer<UInt32>, _ bytes: UnsafeRawPointer,
    _ k: UnsafePointer<UInt32>, _ w: UnsafeMutablePointer<UInt32>
  ) {
    for t in 0..<16 {
      w[t] = bytes.loadUnaligned(fromByteOffset: 4 &* t, as: UInt32.self).bigEndian
    }
    for t in 16..<64 {
      let s0 = rotate(w[t &- 15], 7) ^ rotate(w[t &- 15], 18) ^ (w[t &- 15] &>> 3)
      let s1 = rotate(w[t &- 2], 17) ^ rotate(w[t &- 2], 19) ^ (w[t &- 2] &>> 10)
      w[t] = w[t &- 16] &+ s0 &+ w[t &- 7] &+ s1
    }
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    for t in 0..<64 {
      let sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
      let choice = g ^ (e & (f ^ g))
      let first = h &+ sum1 &+ choice &+ k[t] &+ w[t]
      let sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
      let majority = (a & b) | (c & (a | b))
      (h, g, f, e) = (g, f, e, d &+ first)
      (d, c, b, a) = (c, b, a, first &+ sum0 &+ majority)
    }
    let added = (a, b, c, d, e, f, g, h)
    state[0] &+= added.0
    state[1] &+= added.1
    state[2] &+= added.2
    state[3] &+= added.3
    state[4] &+= added.4
    state[5] &+= added.5
    state[6] &+= added.6
    state[7] &+= added.7
  }

  @inline(__always)
  private static func rotate(_ x: UInt32, _ places: UInt32) -> UInt32 {
    x &>> places | x &<< (32 &- places)
  }
}
