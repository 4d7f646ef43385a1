# One image for web, worker, timetable and watchdog; docker-compose.yml says which process a container runs.
ARG PYTHON=python:3.13-slim
FROM ${PYTHON} AS build
WORKDIR /build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements requirements
RUN python -m venv /opt/duban && /opt/duban/bin/pip install --require-hashes -r requirements/run.txt
RUN python -m venv backend && backend/bin/pip install --require-hashes -r requirements/build.txt
COPY pyproject.toml docker-compose.yml *.md ./
COPY docs docs
COPY workflows workflows
COPY service service
COPY api api
COPY tools/third_party.py tools/
RUN backend/bin/pip download --no-deps --require-hashes -r requirements/pages.txt -d pages && \
  backend/bin/python tools/third_party.py pages
COPY workers workers
COPY demo demo
COPY cli cli
RUN backend/bin/hatchling build -t wheel && /opt/duban/bin/pip install --no-index --no-deps dist/*.whl

FROM ${PYTHON}
RUN useradd --system --uid 10001 --no-create-home duban && install --directory --owner duban --mode 0700 /data /keys
COPY --from=build /opt/duban /opt/duban
ENV PATH=/opt/duban/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DUBAN_DATA_DIR=/data
USER duban
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["duban", "web", "--host", "0.0.0.0", "--port", "8000"]
