import FuzzedReaders

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The reader that `GLASSBOX_READER` names, and a folder for it.
private let chosen: (reader: FuzzedReader, folder: String) = {
  let name = getenv("GLASSBOX_READER").map { String(cString: $0) } ?? ""
  guard let reader = FuzzedReader(rawValue: name) else {
    let known = FuzzedReader.allCases.map(\.rawValue).joined(separator: ", ")
    fatalError("GLASSBOX_READER must be one of \(known)")
  }
  let folder = getenv("GLASSBOX_FOLDER").map { String(cString: $0) } ?? "/tmp"
  return (reader, folder)
}()

/// One input: anything that is not read or refused in order stops the program.
@_cdecl("glassbox_fuzz")
public func fuzz(_ bytes: UnsafePointer<UInt8>?, _ count: Int) {
  let input = Array(UnsafeBufferPointer(start: bytes, count: count))
  if let defect = chosen.reader.defect(on: input, folder: chosen.folder) {
    fatalError(defect)
  }
}
