# The digest names the index of all platforms, because a tag can be moved. Change version and digest together.
FROM node:24.18.0-bookworm-slim@sha256:6f7b03f7c2c8e2e784dcf9295400527b9b1270fd37b7e9a7285cf83b6951452d AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Without the workspaces, which bring React, Vite, Chromium and PostgreSQL for tests and the demo.
RUN npm ci --workspaces=false
COPY tsconfig.json tsconfig.build.json ./
COPY scripts ./scripts
COPY src ./src
# dist/sbom.json lists what the second stage installs.
RUN npm run build && npm run sbom

FROM node:24.18.0-bookworm-slim@sha256:6f7b03f7c2c8e2e784dcf9295400527b9b1270fd37b7e9a7285cf83b6951452d
ENV NODE_ENV=production
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# No package that is shipped needs its install script.
RUN npm ci --workspaces=false --omit=dev --omit=optional --ignore-scripts && npm cache clean --force
COPY --from=build /app/dist ./dist
LABEL org.opencontainers.image.title="KYC gateway" \
  org.opencontainers.image.description="A self-hosted backend that adds identity verification to any platform" \
  org.opencontainers.image.version="0.1.0" \
  org.opencontainers.image.licenses="MIT" \
  org.opencontainers.image.base.name="docker.io/library/node:24.18.0-bookworm-slim"
# A number, because Kubernetes cannot see that a name is not root. In the base image it is the user node. All files belong
# to root, so that the gateway can change none of them.
USER 1000:1000
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/health/live`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/main.js"]
