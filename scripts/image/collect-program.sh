#!/bin/sh
# collect-program.sh PROGRAM FOLDER: copies a program of Debian with the libraries it needs into FOLDER, each at its own path, with
# the licences of their packages, and what dpkg knows about each, where scanners of images without dpkg look for it.
set -eu

program=$1
folder=$2

copy() {
  mkdir -p "$folder$(dirname "$1")"
  cp -L "$1" "$folder$1"
}

libraries() {
  ldd "$1" | sed -n -e 's/.*=> \(\/[^ ]*\) .*/\1/p' -e 's/^[[:space:]]*\(\/[^ ]*\) .*/\1/p'
}

# Debian's older packages name their files without the /usr that they are found under
package_of() {
  real=$(readlink -f "$1")
  { dpkg-query --search "$real" 2>/dev/null || dpkg-query --search "${real#/usr}"; } | cut -d : -f 1 | head -n 1
}

for file in "$program" $(libraries "$program"); do
  copy "$file"
  package=$(package_of "$file")
  copy "/usr/share/doc/$package/copyright"
  mkdir -p "$folder/var/lib/dpkg/status.d"
  dpkg-query --status "$package" >"$folder/var/lib/dpkg/status.d/$package"
done
