# Sourced by every `start`: where things are, and the site that the static servers serve.
#
# A `start` is called with the port to listen on, stays in the foreground, and ends with the
# server. PEER_STATE is an empty folder of its own, which the caller removes.

set -eu
port=$1
here=$(cd "$(dirname "$0")" && pwd)
state=${PEER_STATE:-$(mktemp -d)}
export PORT=$port

# Python packages and the programs that cargo built.
peers=$(dirname "$here")
venv=${PEER_VENV:-$peers/.venv}
programs=${PEER_PROGRAMS:-$peers/../../target/debug}

# Writes the files that a static server serves into $state/site.
site() {
  mkdir -p "$state/site/put"
  for name in index.html other.html; do
    printf '<!doctype html>\n<title>%s</title>\n<p>%s</p>\n' "$name" \
      'A page that never changes while it is judged, and is longer than a hundred octets.' >"$state/site/$name"
  done
  : >"$state/site/empty.txt"
  head -c 1048576 /dev/zero | tr '\0' 'x' >"$state/site/large.txt"
  # Older than a second, so that Last-Modified is a strong validator.
  find "$state/site" -exec touch -d '2020-02-02 02:02:02 UTC' {} +
}

# Copies a configuration with its places filled in: fill FROM TO.
fill() {
  sed -e "s|@PORT@|$port|g" -e "s|@STATE@|$state|g" -e "s|@HERE@|$here|g" "$1" >"$2"
}
