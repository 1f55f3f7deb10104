# The image: `docker compose up -d`, or `make image` and `docker run --init -p 127.0.0.1:8080:8080 -v readout:/data readout`.

FROM python:3.13-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
RUN python -m venv /opt/readout
COPY requirements.lock ./
RUN /opt/readout/bin/pip install --no-deps --require-hashes --only-binary :all: -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot ./bot
COPY summaries ./summaries
# What only builds and installs stays behind.
RUN /opt/readout/bin/pip install --no-deps --no-index --no-build-isolation . \
    && /opt/readout/bin/pip uninstall --yes hatchling editables pip

FROM python:3.13-slim-bookworm
# The base image has no bytecode of the standard library, and nobody can write any later: without this line every start
# and every health check would compile it anew.
RUN python -m compileall -q -x '/(test|idlelib|lib2to3|turtledemo|site-packages)/' /usr/local/lib/python3.13 \
    && install --directory --owner=10001 --group=10001 --mode=0700 /data
COPY --from=build /opt/readout /opt/readout
ENV PATH=/opt/readout/bin:$PATH \
    HOME=/tmp \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    READOUT_DATA=/data \
    READOUT_WEB__HOST=0.0.0.0
USER 10001:10001
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 CMD ["readout", "health"]
ENTRYPOINT ["readout"]
CMD ["run"]
