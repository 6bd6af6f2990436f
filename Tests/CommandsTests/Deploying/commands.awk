# The commands of a page as a program for bash: its blocks of `sh` one after the other. A server that the page
# starts in a terminal of its own runs beside the rest of its block.
#   awk -f commands.awk Docs/deploying.md
BEGIN {
  print "set -eu"
  print "beside() {"
  print "  \"$@\" & server=$!"
  print "  until curl --silent --fail --output /dev/null http://localhost:8080/healthz; do"
  print "    kill -0 $server; sleep 0.1"
  print "  done"
  print "}"
}
/^```sh$/ { isInside = 1; next }
/^```/ {
  if (isInside && isBeside) print "kill $server; wait $server"
  isInside = isBeside = 0
}
!isInside { next }
/^glassbox serve / { isBeside = 1; $0 = "beside " $0 }
{ text = $0; gsub(/'/, "'\\''", text); print "echo '$ " text "'"; print }
