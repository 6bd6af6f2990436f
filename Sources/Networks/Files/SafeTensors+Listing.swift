package import Engine

extension SafeTensors {
  /// What a file of any program says of itself: names, types and shapes, whatever the numbers are.
  package struct Listing: Sendable {
    /// A tensor without its numbers.
    package struct Entry: Sendable {
      package let name: String
      /// As the file names it: `F32`, `BF16`.
      package let type: String
      package let shape: TensorShape
      /// How long its numbers are in the file.
      package let bytes: Int
    }

    /// In the order of the header.
    package let entries: [Entry]
    /// All strings of the file.
    package let metadata: [String: String]

    /// Whether this program wrote the file.
    package var isOwn: Bool { metadata[Reserved.format] == Reserved.glassbox }

    /// Checks all that reading checks but the numbers' types and the hash.
    ///
    /// - Parameter location: the file's name, for error messages.
    /// - Throws: `Problem`.
    package init(bytes: [UInt8], from location: String) throws {
      let header = try bytes.withUnsafeBytes {
        try SafeTensors.contents($0, location, takesAnyType: true).header
      }
      metadata = header.metadata
      entries = header.fields.map {
        Entry(name: $0.name, type: $0.typeName, shape: $0.shape, bytes: $0.end - $0.begin)
      }
    }
  }
}
