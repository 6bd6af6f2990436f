import Testing

@testable import Engine

@Suite struct SHA256Tests {
  /// The examples NIST publishes for FIPS 180-4: one block, two blocks, nothing.
  @Test func publishedExamples() {
    #expect(
      SHA256.hex([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(
      SHA256.hex("abc".utf8)
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      SHA256.hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8)
        == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
  }

  /// NIST's long example.
  @Test func aMillionTimesTheLetterA() {
    #expect(
      SHA256.hex([UInt8](repeating: 0x61, count: 1_000_000))
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  /// `x = n·2654435761; n times: x = x·1664525 + 1013904223 (mod 2³²), byte x >> 24`.
  private static func bytes(_ count: Int) -> [UInt8] {
    var x = UInt32(truncatingIfNeeded: count) &* 2_654_435_761
    return (0..<count).map { _ in
      x = x &* 1_664_525 &+ 1_013_904_223
      return UInt8(x >> 24)
    }
  }

  /// Made by Python 3.11, `hashlib.sha256(bytes(n)).hexdigest()`, with `bytes` as above.
  private static let references: [(count: Int, digest: String)] = [
    (0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    (1, "df7e70e5021544f4834bbee64a9e3789febc4be81470df629cad6ddb03320a5c"),
    (3, "fa17087bedac112aafcf41f1c2d785b65bb8571cb51a54dcfdb3813594e4899e"),
    (31, "9b1311501f45f1bbae9568454ca2e9f67f4b7c35309cae71d3914169ff3f030f"),
    (32, "85e854895c52fe9875274535450a0a39cf5d2ac82b21cb5f8c1f0741c04ee5a8"),
    (54, "c9e7cb7d4fbda40ff4e5339623600cefc651834b58009037d6b173b352385699"),
    (55, "7baf22750c89f5399858082fbc5969346643443d13b9a2847b8f7d34a86a5233"),
    (56, "4166c5b8ca58625ba4f5ae5bd1d28f06bcd3a8ae088fc4ef90b52a1938e2c700"),
    (57, "801ae8c05c8e4151a8287bd86a662e911b234ad3e49438dc3592905439881971"),
    (63, "9ac963929bfb78c82a3be60a93dca6981f12164790d125b7698ae00b5c8b6ac1"),
    (64, "250827f95415b7e4d5e7cb53c2910a8ba159b4ac45682a24992675ee18db5f17"),
    (65, "340b2f2c2974f33bbdef228b3623902e33b64f33a53cc21010da4b09c8c58ed2"),
    (100, "74ae9e2148a93e70c5dad50e5fa36aa315e2e84025fcc97c75d734bc7fee516d"),
    (118, "3e9be3566b193020ebc2d0c13fa690461e236657a64762350530913dc7c2f99a"),
    (119, "0d1948a4fbf590416b3d305bd314bec13d58d2506aebff65ac28505f477dd830"),
    (120, "d4af66ef5843d6876ccc57d9ebb599efd30131a7eae13faeeeba36a98653150c"),
    (121, "702511bc38bd71370b8975e65b1f4c6a658eac33b7bb0840554a6807149c29ae"),
    (127, "33494454920f3d2586b012f94040f6302862ebcb0bcf4fd5039ed6c7b689a723"),
    (128, "428566020e1b15dc142d39ae2b0cba431d92f32270ad9dcd500bdff89bac7d30"),
    (129, "6051dd563ee65f7b82ca34695106921135edda07bca3ea6d7322a7f3e5e194be"),
    (183, "c4d93721f6f58d59ff5741e4e376e13cab3369a0390017cef8be4f0aa2397cea"),
    (184, "8ef913752600aab6e8c47e8bee734975bf24dcfd82b6905c1d7fd52a02bab1bc"),
    (191, "271d2c6db83bee4f290f5614964ac3907a65391aa79b29964746c31c8205e8d6"),
    (192, "f41be6e3f7914a4a3380afd9b4977eb06e9fde8f115b4006a71bbd1ff9148831"),
    (200, "30191eed02d0fd76e6f945d80b65ff3b93400b05aba7ca480183189f79eba6f1"),
    (247, "0f6079e9d1abf49f518607b83d168015a47369a519716a811f265e234a5a54f9"),
    (248, "6fe005986194b779336abdb8f84f3e58496a382b752029d78f0f3ef8fb31fdfc"),
    (255, "6f2f85d09bff6e8b3c68bab93395cd39409143c74c769e34f8404acae809dfd7"),
    (256, "35549400afde32d20b5cc2542368f89b592b948cdb649e3d88de158fd8b78428"),
    (257, "97c5aff375322e3522db9fa0f1115f3eb29bbdc1d882905683b74bd2c554d013"),
    (299, "efcaddfd237c6db23887e7ad2af43d2ee03fbac7a2a63d843116ff395efdd7d5"),
    (300, "9f18449c9caaab61c90e04465410cc5a8dd27fb24d4db0c58ddc5e7ca13f2584"),
  ]

  @Test func equalsHashlib() {
    for (count, digest) in Self.references {
      #expect(SHA256.hex(Self.bytes(count)) == digest, "\(count) bytes")
    }
  }

  /// Every length from 0 to 300, by the hash of all their digests written one after the other
  /// (Python: `sha256("".join(sha256(bytes(n)).hexdigest() for n in range(301)).encode())`).
  @Test func everyLengthUpTo300EqualsHashlib() {
    let digests = (0...300).map { SHA256.hex(Self.bytes($0)) }.joined()
    #expect(
      SHA256.hex(digests.utf8)
        == "82cf0cfcb6e4c1406ff6bc6235f37e163a9b9592db35b0114a50ae6d3dfb34ed")
  }

  @Test func piecesEqualTheWhole() {
    var generator = RandomGenerator(seed: 11)
    for _ in 0..<300 {
      let whole = Self.bytes(generator.below(1000))
      var hash = SHA256()
      var rest = whole[...]
      while !rest.isEmpty {
        let size = min(rest.count, generator.below(150))
        hash.update(rest.prefix(size))
        rest = rest.dropFirst(size)
      }
      #expect(SHA256.text(hash.finalize()) == SHA256.hex(whole))
    }
  }

  @Test func aCopyGoesItsOwnWay() {
    var hash = SHA256()
    hash.update("ab".utf8)
    var other = hash
    #expect(SHA256.text(hash.finalize()) == SHA256.hex("ab".utf8))
    other.update("c".utf8)
    hash.update(AnySequence("x".utf8))
    #expect(SHA256.text(other.finalize()) == SHA256.hex("abc".utf8))
    #expect(SHA256.text(hash.finalize()) == SHA256.hex("abx".utf8))
  }
}
