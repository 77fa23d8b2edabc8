# One signaling server with the built app. `docker build -t lucarne .`
FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npx vite build --logLevel warn

FROM node:20-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production PORT=8080
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/package.json /app/tsconfig.json ./
COPY --from=build /app/src src
COPY --from=build /app/dist dist
USER node
EXPOSE 8080
CMD ["node", "--import", "tsx", "src/server/main.ts"]
