# Debian packages of another suite than this machine's. apt works with lists and sources of its own there; the machine's
# stay as they are. Read by `tests/setup` and `tests/engines`:
#
#   begin_suite FOLDER SUITE      begin with the lists of SUITE; FOLDER is absolute, and made anew
#   suite_apt FOLDER WORDS…    apt-get there

begin_suite() {
    keys=/usr/share/keyrings/debian-archive-keyring.gpg
    mirror=$(apt-get indextargets --format '$(SITE)' | grep -v security | head -n 1)
    [ -n "$mirror" ] || { echo "apt knows no Debian mirror" >&2; return 1; }
    rm -rf "$1"
    mkdir -p "$1/lists/partial" "$1/archives/partial"
    : > "$1/status"
    echo "deb [signed-by=$keys] $mirror $2 main" > "$1/sources"
    suite_apt "$1" update
}

suite_apt() {
    lists=$1
    shift
    apt-get -qq -y --no-install-recommends -o Dir::Etc::SourceList="$lists/sources" -o Dir::Etc::SourceParts=/dev/null \
        -o Dir::State::Lists="$lists/lists" -o Dir::State::status="$lists/status" \
        -o Dir::Cache::archives="$lists/archives" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= \
        -o Acquire::Languages=none -o APT::Sandbox::User=root -o Debug::NoLocking=1 "$@" >&2
}
