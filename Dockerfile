# h1check as one static binary in an empty image:
#   docker build -t h1check .
#   docker run --rm --network host --user "$(id -u)" -v "$PWD:/work" h1check server http://127.0.0.1:8080/ --report reports
FROM rust:1.95-alpine AS build
RUN apk add --no-cache musl-dev
WORKDIR /source
COPY . .
RUN cargo build --release --locked -p h1check-cli \
 && install -d -o 65534 -g 65534 /work

FROM scratch
COPY --from=build /source/target/release/h1check /h1check
# The folder that reports are written into belongs to the user of the image.
COPY --from=build --chown=65534:65534 /work /work
USER 65534:65534
WORKDIR /work
ENTRYPOINT ["/h1check"]
CMD ["--help"]
