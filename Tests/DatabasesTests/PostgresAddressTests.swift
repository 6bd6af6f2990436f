import Engine
import TestSupport
import Testing

@testable import Databases

@Suite struct PostgresAddressTests {
  @Test(arguments: [
    (
      "postgres://ann:p%40s@db.lan:5433/work/digits", "postgres://ann@db.lan:5433/work/digits",
      "user=ann password=p@s host=db.lan port=5433 dbname=work"
    ),
    ("postgresql://db/work", "postgres://db/work/study", "host=db dbname=work"),
    (
      "postgres:///work/a-b?host=/tmp/x&sslmode=require", "postgres:///work/a-b",
      "dbname=work host=/tmp/x sslmode=require"
    ),
    (
      "postgres://ann@[::1]:1,other:2/work/a", "postgres://ann@[::1]:1,other:2/work/a",
      "user=ann host=::1,other port=1,2 dbname=work"
    ),
  ]) func addressesAreRead(_ text: String, _ shown: String, _ options: String) throws {
    let address = try PostgresAddress(text, usualName: "study")
    #expect(address.shown == shown)
    #expect(address.options.map { "\($0.name)=\($0.value)" }.joined(separator: " ") == options)
    #expect(PostgresAddress.isAddress(text))
  }

  @Test(arguments: [
    "postgres://", "postgres://host", "postgres://host/", "postgres://host/a/b/c",
    "postgres://ann:sec/ret@db/work/x", "postgres://ann:sec?ret@db/work/x",
    "postgres://ann:/secret@db", "postgres://ann@db/work/x?secret",
    "postgres://ann@db/work/sec.ret",
    "postgres://u:sec@ret@host/a/b", "postgres://u:sec%ret@host/a/b", "postgres://host:0/a/b",
    "postgres://host:65536/a", "postgres://host:x/a", "postgres://host/a/b.c",
    "postgres://host/a/\"b", "postgres://host/a/pg_b", "postgres://host/a/b?sslmode",
    "postgres://host/a%00/b", "postgres://host/a/\(String(repeating: "b", count: 61))",
  ]) func othersAreRefused(_ text: String) {
    #expect { try PostgresAddress(text, usualName: "study") } throws: {
      guard let problem = $0 as? Problem else { return false }
      return !"\(problem)".contains("sec") && !"\(problem)".contains("ret@")
    }
    #expect(!PostgresAddress.shown(text).contains("sec"))
  }

  @Test func pathsAreNone() {
    for path in ["log.sqlite", "/postgres/x", "postgres", "./postgres://x"] {
      #expect(!PostgresAddress.isAddress(path) && PostgresAddress.shown(path) == path)
    }
  }
}
