# The image of a process: web, worker or a command. docs/operations/containers.md says how to run it.

FROM python:3.11-slim-bookworm AS build
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_NO_CACHE=1 UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=/srv/guildhall/.venv
RUN pip install --no-cache-dir "uv>=0.9,<1"
WORKDIR /build
# The locked dependencies first: they change less often than the code, and their layer is kept.
COPY pyproject.toml uv.lock README.md LICENSE ./
RUN uv sync --frozen --no-default-groups --no-install-project
COPY src src
RUN uv sync --frozen --no-default-groups --no-editable

FROM python:3.11-slim-bookworm
# Only these folders can be written, and only as volumes: the root file system is meant to be read-only.
RUN groupadd --gid 10001 guildhall \
    && useradd --uid 10001 --gid guildhall --home-dir /srv/guildhall --no-create-home --shell /usr/sbin/nologin guildhall \
    && install --directory --owner guildhall --group guildhall --mode 0700 \
       /srv/guildhall/home /srv/guildhall/storage /srv/guildhall/login/web /srv/guildhall/login/worker
COPY --from=build /srv/guildhall/.venv /srv/guildhall/.venv
ENV PATH=/srv/guildhall/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    GUILDHALL_ENVIRONMENT=production \
    GUILDHALL_HOME=/srv/guildhall/home \
    GUILDHALL_STORAGE_OBJECTS_FOLDER=/srv/guildhall/storage \
    GUILDHALL_WEB_HOST=0.0.0.0
WORKDIR /srv/guildhall
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["guildhall"]
CMD ["serve", "--role", "web"]
