import Platform

extension Problem {
  /// What was being done when the system refused.
  package enum Action {
    case reading, creating, writing
  }

  /// A refusal of the operating system (`errno`) as a sentence that says how to mend it.
  package static func system(_ code: Int32, _ action: Action, _ path: String) -> Problem {
    let kind: Kind
    switch (action, code) {
    case (.reading, ENOENT), (.reading, ENOTDIR): kind = .missing
    case (.creating, ENOSPC), (.creating, EDQUOT), (.creating, EIO): kind = .inputOutput
    case (.creating, _): kind = .cannotCreate
    default: kind = .inputOutput
    }
    let expected =
      switch action {
      case .reading: "a file that can be read"
      case .creating: "a place where the file can be created"
      case .writing: "the whole file to be written"
      }
    let (found, fix) = sentence(code, action)
    return Problem(kind, path, expected: expected, found: found, fix: fix)
  }

  private static func sentence(_ code: Int32, _ action: Action) -> (found: String, fix: String) {
    switch code {
    case ENOENT where action == .reading: ("no such file", "check the path")
    case ENOENT: ("a folder on the path does not exist", "create the folder first")
    case ENOTDIR: ("a part of the path is a file, not a folder", "check the path")
    case EISDIR: ("a folder", "name a file inside it")
    case EACCES, EPERM:
      ("permission denied", "change the permissions, or choose a place that is yours")
    case EROFS: ("a read-only file system", "choose a place that can be written")
    case ENOSPC: ("no space left on the device", "free some space or choose another disk")
    case EDQUOT: ("the disk quota is used up", "free some space or choose another disk")
    case EFBIG: ("a file larger than the system allows", "raise the limit on file size (ulimit -f)")
    case EMFILE, ENFILE: ("too many open files", "close some, or raise the limit (ulimit -n)")
    case ENAMETOOLONG: ("a name that is too long", "choose a shorter name")
    case ELOOP: ("symbolic links that lead round in a circle", "check the path")
    case EIO: ("an error of the device", "check the disk; copy what matters elsewhere")
    default: (String(cString: strerror(code)), "")
    }
  }
}
