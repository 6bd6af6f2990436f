import Platform

extension ArraySlice<UInt8> {
  /// Where other bytes begin and end in these, the first time; nil where they do not.
  ///
  /// - Parameter other: at least one byte.
  package func place(of other: [UInt8]) -> Range<Int>? {
    withUnsafeBytes { own in
      other.withUnsafeBytes { other in
        var place = 0
        while place + other.count <= own.count, let begin = own.baseAddress,
          let found = memchr(
            begin + place, Int32(other[0]), own.count - other.count - place + 1)
        {
          place = UnsafeRawPointer(found) - begin
          if memcmp(begin + place, other.baseAddress!, other.count) == 0 {
            return startIndex + place..<startIndex + place + other.count
          }
          place += 1
        }
        return nil
      }
    }
  }
}
