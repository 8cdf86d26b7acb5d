# Commands as root, and single files of Debian's packages. Sourced, never run; needs messages.sh.
#
# Some packages start a daemon when installed, so the files needed are extracted without installing the package; apt-get
# still checks the signature.

# take_from_package FOLDER PACKAGE PATH: puts the file at /PATH of the package into the folder, if it is not there yet.
take_from_package() {
    local folder=$1 package=$2 path=$3 unpacked log=$1/$2.log
    [ ! -e "$folder/${path##*/}" ] || return 0
    step "${path##*/}, from Debian's package $package"
    mkdir -p "$folder"
    unpacked=$(mktemp -d)
    (cd "$unpacked" && download_package "$package" && dpkg-deb --fsys-tarfile ./*.deb | tar -x "./$path") >"$log" 2>&1 || {
        rm -rf "$unpacked"
        tail -n 12 "$log" >&2
        fail "apt-get has no package $package to take $path from; its log is $log"
    }
    mv "$unpacked/$path" "$folder/"
    rm -rf "$unpacked"
}

# Without recent package lists there is no working download address.
download_package() {
    apt-get download "$1" && return
    as_root apt-get update && apt-get download "$1"
}

# as_root COMMAND…: by sudo, if need be, which drops the variables that name a proxy: apt-get is given them.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
        return
    fi
    local name proxies=()
    for name in http_proxy https_proxy no_proxy; do [ -z "${!name:-}" ] || proxies+=("$name=${!name}"); done
    sudo -- env "${proxies[@]}" "$@"
}
