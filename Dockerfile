# Exhibit on Discord, one container: docker build -t exhibit-bot . (or podman, or buildah)
#
# A tag can move. To build on the very same bytes each time, give the digest that
# `docker buildx imagetools inspect python:3.11-slim-bookworm` prints:
#   --build-arg PYTHON_IMAGE=docker.io/library/python:3.11-slim-bookworm@sha256:...
ARG PYTHON_IMAGE=docker.io/library/python:3.11-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
# Where packages come from; a mirror, or a folder of wheels inside the build, will do.
ARG PIP_INDEX_URL=https://pypi.org/simple
ARG PIP_FIND_LINKS=""
ARG TORCH_INDEX_URL=https://download.pytorch.org/whl/cpu
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1
WORKDIR /src

# The dependencies first: they change less often than the code.
COPY requirements/runtime.lock requirements/torch.lock requirements/
COPY scripts/setup_venv.py scripts/
RUN python3 scripts/setup_venv.py --venv /opt/exhibit --lock requirements/runtime.lock --no-project

# Then Exhibit itself, as the wheel that anybody would install, and off with what only installs.
COPY LICENSE README.md pyproject.toml ./
COPY requirements/build.lock requirements/
COPY corpus/ corpus/
COPY index/ index/
COPY bot/ bot/
RUN python3 -m venv /opt/build \
    && /opt/build/bin/pip install --require-hashes --no-deps --only-binary=:all: -r requirements/build.lock \
    && /opt/build/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /dist . \
    && /opt/exhibit/bin/pip install --no-deps --no-index /dist/*.whl \
    && /opt/exhibit/bin/pip check \
    && /opt/exhibit/bin/pip uninstall --yes pip


FROM ${PYTHON_IMAGE}
RUN groupadd --system --gid 10001 exhibit \
    && useradd --system --uid 10001 --gid 10001 --home-dir /data --no-create-home --shell /usr/sbin/nologin exhibit \
    && install --directory --owner=10001 --group=10001 --mode=0700 /data
COPY --from=build /opt/exhibit /opt/exhibit

# Nothing is fetched at run time, and two threads are what the model needs to leave the bot responsive.
# (The rule takes TOKENIZERS for a token.)
# hadolint ignore=DL3064
ENV PATH=/opt/exhibit/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    EXHIBIT_DATA=/data \
    EXHIBIT_HEALTH_HOST=0.0.0.0 \
    EXHIBIT_HEALTH_PORT=9464 \
    EXHIBIT_LOG_FORMAT=json \
    HF_HUB_OFFLINE=1 \
    OMP_NUM_THREADS=2 \
    TOKENIZERS_PARALLELISM=false

USER 10001:10001
WORKDIR /data
VOLUME /data
STOPSIGNAL SIGTERM
# A frozen event loop is unhealthy within 90 s. Its last heartbeat counts as old after 30 s; just before that, a
# check may begin and pass (8 s at most); then two have to fail, each 15 s after the one before it has ended,
# and 8 s long at most: 30 + 8 + 2 * (15 + 8) = 84. compose.yaml says the same again.
# The start may take a while: where there is no index yet, it is built before the heart begins to beat.
HEALTHCHECK --interval=15s --timeout=8s --retries=2 --start-period=10m \
    CMD ["exhibit", "health"]
ENTRYPOINT ["exhibit"]
CMD ["run"]
