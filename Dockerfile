# Byline as a container. Plain on purpose; see DEPLOY.md before you rely on it.
FROM python:3.11-slim

# PyTorch for the processor alone: the usual one brings gigabytes for graphics cards.
ENV PIP_NO_CACHE_DIR=1 \
    PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu \
    PYTHONUNBUFFERED=1

WORKDIR /opt/byline
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY index index
COPY rag rag
COPY ui ui
COPY eval eval
RUN pip install -c constraints.txt .

RUN useradd --system --uid 10001 --home-dir /archive --create-home byline
USER byline
WORKDIR /archive
VOLUME /archive

ENV BYLINE_ARCHIVE=/archive \
    BYLINE_HOST=0.0.0.0 \
    BYLINE_PORT=7860
EXPOSE 7860
STOPSIGNAL SIGTERM

# The health of the process, not of the archive: that is what a restart can mend.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:7860/healthz', timeout=4)"]

ENTRYPOINT ["byline"]
CMD ["serve"]
