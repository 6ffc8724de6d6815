# Two images from one file, for BuildKit:
#   docker build --target runtime  --build-arg RUNTIME_IMAGE=... -t pillion .
#   docker build --target redirect --build-arg RUNTIME_IMAGE=... -t pillion-redirect .
# RUNTIME_IMAGE is a distroless image with Node 24, best by its digest. It has no default, because no registry is named in this
# repository. Any image works in which `node` is at /nodejs/bin or in an ordinary bin folder. The other two images are only
# built with, and nothing of them but nft and its libraries is shipped.
ARG RUNTIME_IMAGE
ARG BUILD_IMAGE=node:24-trixie-slim
ARG DEBIAN_IMAGE=debian:trixie-slim

# the bundle is the same on every platform, so it is built on the builder's own
FROM --platform=$BUILDPLATFORM ${BUILD_IMAGE} AS build
ARG RUNTIME_IMAGE
WORKDIR /src
COPY package.json package-lock.json ./
COPY scripts scripts
RUN npm ci --ignore-scripts
COPY LICENSE ./
COPY src src
RUN npm run build -- --base ${RUNTIME_IMAGE}

FROM ${DEBIAN_IMAGE} AS nftables
COPY scripts/image/collect-program.sh /collect-program.sh
RUN apt-get update && apt-get install --yes --no-install-recommends nftables
RUN sh /collect-program.sh /usr/sbin/nft /collected

# nft and the libraries it needs: no shell, nothing to write to
FROM scratch AS redirect
LABEL org.opencontainers.image.title="pillion-redirect" \
  org.opencontainers.image.description="Installs the rules that lead the traffic of a pod through its sidecar." \
  org.opencontainers.image.licenses="GPL-2.0-only"
ENV PATH=/usr/sbin
COPY --from=nftables /collected/ /
ENTRYPOINT ["nft"]

FROM ${RUNTIME_IMAGE} AS runtime
LABEL org.opencontainers.image.title="pillion" \
  org.opencontainers.image.description="Puts an Envoy sidecar on exactly the pods that asked for one, and can always say why." \
  org.opencontainers.image.licenses="Apache-2.0"
ENV PATH=/nodejs/bin:/usr/local/bin:/usr/bin:/bin NODE_ENV=production MALLOC_ARENA_MAX=1
COPY --from=build /src/dist/ /app/
COPY --from=build /src/LICENSE /app/LICENSE
WORKDIR /app
USER 65532:65532
EXPOSE 8443 8080
# keep the heap small, for some more processor time; what they come to is measured in test/bench/RESULTS.md
ENTRYPOINT ["node", "--max-semi-space-size=6", "--optimize-for-size", "/app/pillion.mjs"]
