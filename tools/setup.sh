#!/usr/bin/env bash
# Installs what Saccade needs from Debian 12 and npm, and nothing when all of it is there. Sourced by
# demo.sh and test.sh, at the top of the tree. With with_helpers=1 also what only some tests need.
packages=(g++ cmake ninja-build pkg-config libsystemc-dev libboost-dev libboost-program-options-dev
  nlohmann-json3-dev libfmt-dev libgtest-dev libgmock-dev libbenchmark-dev libsqlite3-dev
  zlib1g-dev libmuparser-dev libxxhash-dev xtensor-dev libpng-dev python3)
command -v node >/dev/null && command -v npm >/dev/null || packages+=(nodejs npm)
((${with_helpers:-0})) && packages+=(chromium slurm-wlm munge python3-pandas)

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if ((${#missing[@]})); then
  echo "installing: ${missing[*]}"
  sudo=()
  [[ $(id -u) == 0 ]] || sudo=(sudo)
  "${sudo[@]}" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi

web=src/report/web
if [[ ! $web/node_modules/.package-lock.json -nt $web/package-lock.json ]]; then
  echo "installing: the packages of $web"
  (cd $web && npm ci --silent)
fi
